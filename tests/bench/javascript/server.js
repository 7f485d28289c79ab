// Bolt for JavaScript over its HTTPReceiver at its best: the same check, one listener a kind, who is installed from memory.
const { App, HTTPReceiver, LogLevel } = require("@slack/bolt");

const [port, team, bot, signingSecret] = process.argv.slice(2);
const receiver = new HTTPReceiver({ signingSecret, endpoints: ["/slack/events"], logLevel: LogLevel.ERROR });
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: "xoxb-bench", botUserId: bot, teamId: team }),
});
app.event("message", async () => {});
app.command("/purpose-check", async ({ ack }) => ack());
app.action("prompt.nothing", async ({ ack }) => ack());
app.start({ port: Number(port), host: "127.0.0.1" });
