// The story of a week, as data: who does what, in seven steps, and what to look at after each.

/**
 * Each step: {title, text, look (what to look at), deeds}. A deed is one of
 *   {be: "rep" | "colleague" | "manager"}        be that person
 *   {open: "dm" | "team"}                        go to the DM with the bot, or to the team's channel
 *   {until: kind, jumps: preset[], tries}        move the clock until the bot wrote something new where we stand
 *   {say: text}                                  type a message
 *   {command: "/name", text}                     type a command
 *   {thread: words}                              open the thread of the newest message that holds these words
 *   {others: [text, …]}                          other people of the team each tell the bot a story
 *   {jump: [preset, …]}                          move the clock
 *   {reply: text}                                answer in the open thread
 *   {click: "Close check"}                       click the newest button of that name
 *   {see: text}                                  wait until these words stand on the page
 */
export const STORY = [
  {
    title: "The question of the day",
    text: "It is the end of a working day. The bot asks a rep one question in a direct message, on the rep's own clock.",
    look: "The team's purpose, the question, and who will see the answer.",
    deeds: [{ be: "rep" }, { open: "dm" }, { until: "What difference did you make for a customer today?", jumps: ["next"], tries: 12 }],
  },
  {
    title: "An answer in plain words",
    text: "The rep just writes back. The answer is safe on disk before Slack is told that it arrived.",
    look: "The receipt: what was kept, word for word, and the buttons to change your mind.",
    deeds: [
      { be: "rep" }, { open: "dm" },
      { say: "The bakery on Elm Street had its card reader working before the holiday market opened. Sold out by noon 🥐" },
      { see: "Edit" },
    ],
  },
  {
    title: "A purpose check",
    text: "In the channel, the manager asks the whole team. The question is about customers, never about numbers.",
    look: "The question, who asked, and a count that moves as answers come.",
    deeds: [{ be: "manager" }, { open: "team" }, { command: "/purpose-check", text: "" }, { see: "Share your story" }],
  },
  {
    title: "Answers come in the thread",
    text: "A colleague answers in the thread; the button and a modal would do as well.",
    look: "The thread on the right, and the count in the channel.",
    deeds: [{ be: "colleague" }, { open: "team" }, { thread: "Share your story" }, { reply: "We moved a clinic's phones over in one night, and nobody who called was lost." }, { see: "1 person answered" }],
  },
  {
    title: "The check closes",
    text: "The manager closes it. The answers that may be shown stay together in one place.",
    look: "The closed check and its roll-up.",
    deeds: [{ be: "manager" }, { open: "team" }, { click: "Close check" }, { see: "Closed by" }, { thread: "Closed by" }],
  },
  {
    title: "A few days pass",
    text: "Prompts go out at each person's own hour. Monday brings the team's purpose back into the channel.",
    look: "What went to whom, in the list below. Colleagues answered, too.",
    deeds: [
      { be: "rep" }, { open: "team" }, { jump: ["next", "next", "next", "next"] },
      { others: [
        "Mr. Haddad printed his first invoice without calling us. He sent a photo of it, framed.",
        "Honest answer: I could not help the flower shop today, their landlord has to. I told them so, and gave them his direct line.",
        "The vet’s waiting room is quiet now that people book by phone. The dog approves 🐶",
      ] },
      { jump: ["next", "next"] },
    ],
  },
  {
    title: "Friday's digest",
    text: "At three on Friday the week comes together: the stories word for word, with who told them, and one question for Monday.",
    look: "Your own story among them. Nothing invented, nobody ranked.",
    deeds: [{ be: "rep" }, { open: "team" }, { jump: ["friday15"] }, { see: "The bakery on Elm Street" }],
  },
];
