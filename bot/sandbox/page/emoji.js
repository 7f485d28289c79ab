// Slack's names of the emoji people use most, and back.

const NAMES = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|heart ❤️|tada 🎉|eyes 👀|white_check_mark ✅|raised_hands 🙌|clap 👏|pray 🙏|fire 🔥|rocket 🚀
100 💯|star ⭐|star2 🌟|sparkles ✨|muscle 💪|wave 👋|ok_hand 👌|handshake 🤝|point_up ☝️|point_right 👉|point_left 👈|point_down 👇
raised_hand ✋|hand ✋|v ✌️|crossed_fingers 🤞|writing_hand ✍️|slightly_smiling_face 🙂|smile 😄|smiley 😃|grinning 😀|grin 😁|blush 😊
laughing 😆|joy 😂|rolling_on_the_floor_laughing 🤣|wink 😉|heart_eyes 😍|star-struck 🤩|thinking_face 🤔|face_with_monocle 🧐|sweat_smile 😅
sweat 😓|cry 😢|sob 😭|disappointed 😞|pensive 😔|worried 😟|confused 😕|slightly_frowning_face 🙁|white_frowning_face ☹️|tired_face 😫
weary 😩|triumph 😤|angry 😠|rage 😡|open_mouth 😮|astonished 😲|flushed 😳|neutral_face 😐|expressionless 😑|no_mouth 😶|relieved 😌
sunglasses 😎|nerd_face 🤓|partying_face 🥳|hugging_face 🤗|zipper_mouth_face 🤐|sleeping 😴|yawning_face 🥱|mask 😷|face_with_thermometer 🤒
exploding_head 🤯|cowboy_hat_face 🤠|innocent 😇|upside_down_face 🙃|melting_face 🫠|saluting_face 🫡|robot_face 🤖|ghost 👻|skull 💀|poop 💩
sunny ☀️|partly_sunny ⛅|cloud ☁️|rain_cloud 🌧️|umbrella ☔|snowflake ❄️|zap ⚡|rainbow 🌈|ocean 🌊|seedling 🌱|herb 🌿|four_leaf_clover 🍀
evergreen_tree 🌲|palm_tree 🌴|sunflower 🌻|tulip 🌷|rose 🌹|cherry_blossom 🌸|bouquet 💐|maple_leaf 🍁|fallen_leaf 🍂|earth_africa 🌍
earth_americas 🌎|earth_asia 🌏|full_moon 🌕|crescent_moon 🌙|dog 🐶|cat 🐱|bee 🐝|butterfly 🦋|turtle 🐢|unicorn_face 🦄|owl 🦉|fish 🐟
coffee ☕|tea 🍵|pizza 🍕|bread 🍞|croissant 🥐|cake 🍰|birthday 🎂|cookie 🍪|doughnut 🍩|apple 🍎|lemon 🍋|avocado 🥑|beer 🍺|beers 🍻
clinking_glasses 🥂|champagne 🍾|wine_glass 🍷|fork_and_knife 🍴|ramen 🍜|trophy 🏆|medal 🏅|first_place_medal 🥇|dart 🎯|gift 🎁|balloon 🎈
confetti_ball 🎊|art 🎨|musical_note 🎵|guitar 🎸|game_die 🎲|soccer ⚽|bicyclist 🚴|runner 🏃|mountain ⛰️|beach_with_umbrella 🏖️|compass 🧭
house 🏠|office 🏢|hospital 🏥|school 🏫|factory 🏭|convenience_store 🏪|bank 🏦|hammer_and_wrench 🛠️|wrench 🔧|hammer 🔨|gear ⚙️|toolbox 🧰
bulb 💡|flashlight 🔦|mag 🔍|key 🔑|lock 🔒|unlock 🔓|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭
email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|package 📦|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|pushpin 📌
round_pushpin 📍|paperclip 📎|link 🔗|scissors ✂️|calendar 📆|date 📅|spiral_calendar_pad 🗓️|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|books 📚|book 📖|open_book 📖|bookmark 🔖|newspaper 📰|phone ☎️|telephone_receiver 📞|iphone 📱
computer 💻|keyboard ⌨️|printer 🖨️|camera 📷|movie_camera 🎥|battery 🔋|alarm_clock ⏰|stopwatch ⏱️|hourglass ⌛|hourglass_flowing_sand ⏳
watch ⌚|moneybag 💰|credit_card 💳|gem 💎|truck 🚚|airplane ✈️|ship 🚢|train 🚆|car 🚗|busts_in_silhouette 👥|bust_in_silhouette 👤
family 👪|baby 👶|older_woman 👵|older_man 👴|nurse 🧑‍⚕️|teacher 🧑‍🏫|farmer 🧑‍🌾|cook 🧑‍🍳|technologist 🧑‍💻|x ❌|heavy_check_mark ✔️
ballot_box_with_check ☑️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|question ❓|grey_question ❔|exclamation ❗|bangbang ‼️|information_source ℹ️
sos 🆘|new 🆕|ok 🆗|cool 🆒|free 🆓|up 🆙|recycle ♻️|infinity ♾️|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️
arrows_counterclockwise 🔄|heavy_plus_sign ➕|heavy_minus_sign ➖|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡
large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|orange_heart 🧡|yellow_heart 💛
green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍|broken_heart 💔|two_hearts 💕|sparkling_heart 💖|gift_heart 💝
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|lock_with_ink_pen 🔏|shield 🛡️
see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊|heart_hands 🫶|raising_hand 🙋|shrug 🤷|facepalm 🤦|bow 🙇|dancer 💃|man_dancing 🕺
page_facing_up 📄|page_with_curl 📃|label 🏷️|ladder 🪜|bridge_at_night 🌉|dizzy 💫|boom 💥|sweat_drops 💦|ear 👂|brain 🧠|footprints 👣
`;

const pictures = new Map(
  NAMES.trim().split(/[|\n]/).map((entry) => entry.trim().split(" ")).map(([name, picture]) => [name, picture]),
);

/** The picture of a name like "tada" (skin tones are accepted and left out); undefined when unknown. */
export const emojiOf = (name) => pictures.get(name.split("::")[0]);

/** What to show for a name: its picture, or the name between colons. */
export const emojiText = (name) => emojiOf(name) ?? `:${name}:`;

/** Up to `limit` pairs of name and picture whose name holds the query, those that begin with it first. */
export function findEmoji(query, limit = 8) {
  const wanted = query.toLowerCase();
  const found = [...pictures].filter(([name]) => name.includes(wanted));
  found.sort(([a], [b]) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)));
  return found.slice(0, limit);
}

/** The reactions offered first. */
export const QUICK = ["+1", "heart", "tada", "clap", "raised_hands", "eyes", "pray", "white_check_mark"];
