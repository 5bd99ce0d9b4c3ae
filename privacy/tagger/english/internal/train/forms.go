package main

// forms are invented feedback, chat, mail and records. {N} is a whole name,
// {F} a given name, {L} a surname, {A} an address, {B} one over several lines,
// {C} a place, {O} a company, {P} a number, {D} a date, {T} a title, {S} a state, {K} a code, {R} a role or a thing.
var forms = []string{
	"my name is {N} and I have been a customer for {P} years", "My name is {N}, I'm calling about my internet", "my name is {N} but everyone calls me {F}", "Hi, this is {N}. My bill is wrong again.",
	"Hi, it's {F}, any news about the router?", "I'm {N}, reach me at {P} any time.", "I am {N} and I live at {A}.", "This is {F} from {C}, no signal since {D}.",
	"Hello, I am {F} {L} and my line is dead since {D}", "{N} here, fibre drops every night.", "{N} here. The installer never came to {A}.", "Hey {F}, can you check my account?",
	"Dear {F},\nthank you for your mail.\n\nBest regards,\n{N}", "Dear {T} {L}, your request has been received.", "Dear {N},\nwe are sorry to hear that.", "Dear Customer, thank you for contacting us.",
	"Spoke to {F} in billing, she promised a refund", "I spoke with {N} yesterday and he was very rude", "spoke to {F} and {F}, both useless", "The agent {F} hung up on me", "Your agent {N} was great!",
	"an agent called {F} told me that the fee would be waived", "Agent {F} said it takes {P} days. Then {F} transferred me to {F}.", "The technician, {N}, was friendly and on time.", "Technician {N} arrived at 4pm, {F} was polite.",
	"Thanks {F} for fixing my phone!", "Thank you {F}, problem solved", "Thank you {N} at the {C} store, best service ever", "Big thanks to {F} and {F} at {O}", "Shout out to {N} for the help", "Tell {F} thanks!", "Please thank {F}.",
	"Kudos to {F} in tech support", "{F} was amazing", "{F} was helpful, {F} was not.", "{F} from customer service was very helpful and patient", "{N} helped me set up my new SIM", "{F} never called back", "{N} came to install it but {F} forgot the cable.",
	"Manager {N} refused to talk to me", "the manager {T} {L} told me to leave", "Supervisor {F} {L} called me a liar", "{T} {L} promised a call back", "{T} {N} complained on {D}", "per our call with {T} {L}, the dispute is closed",
	"Account holder: {N}", "Account name: {N}\nAccount number: {P}\nAddress: {A}", "Name: {N}\nPhone: {P}\nAddress: {A}", "Customer: {N}\nIssue: no signal at home", "Customer {N} asked to cancel on {D}.", "Caller {N} says the technician never showed up at {A}.",
	"Caller: {N}. Agent: address? Caller: {A}. Agent: phone? Caller: {P}", "Agent: name please? Caller: {N}. Agent: thank you.", "Bot: What is your name?\nUser: {N}", "User: {F}\nBot: Hi {F}, how can I help?", "Cardholder {N}, card {P}",
	"The account is under my husband's name, {N}", "The account is in my wife's name ({N})", "my mother {N} is {P} years old and has no phone", "my son {F} used all the data", "my daughter {F} can't call me", "my dad {N}'s phone is blocked too",
	"I want to add my brother {N} to the plan", "please remove {N} from my account", "transfer the number from {N} to {N}", "Who is {N} and why is he on my bill?", "I get calls for {N} every day, wrong number", "Someone named {N} opened an account with my card",
	"Please send the router to {N}, {A}.", "Ship the replacement to {N}, {A}, phone {P}", "Returns: {N}, {A}; {N}, {A}.", "send it to {A} please", "I moved to {A}, please update my account", "New address: {A}", "my new address is {A}",
	"We live at {A} and have no coverage", "Installer left cables all over {A}.", "no internet at {A} since {D}", "Service address: {A}. Billing address: {A}. Name: {N}.", "Please deliver to {A} before {D}", "Outage at {A}", "My address is {A}",
	"The shop at {A} closed", "Our office at {A} has no signal. Contact {N}.", "visit us at {A}", "My address changed from {A} to {A}", "Your van hit my fence at {A}", "I live on {A}", "Home: {A}\nWork: {A}",
	"{N}\n{B}\n{P}", "{N}\n{O}\n{B}", "Sincerely,\n{N}\n{B}", "Regards,\n{N}\n{P}", "Kind regards\n{N}\n{O}", "Thanks,\n{F}", "Cheers,\n{F} {L}", "Best,\n{F}", "Yours faithfully,\n{N}", "Bye, {F}", "- {F}", "– {N}, {P}", "~{F}",
	"Logs attached. Please rotate. {N}", "Still waiting for my refund. {N}, {P}", "Worst company ever!! {N} from {C}", "Signed, {N}", "Signature: {N}   Date: {D}", "Reported by {N} on {D}", "Case handled by {N}", "Assigned to: {N}", "cc {N}; {N}",
	"Team list: {N} {P}; {N} {P}; {N} {P}", "1. {N}\n2. {N}\n3. {N}", "Attendees: {N}, {N} and {N}", "they had four: {F}, {F}, {F} and {F}.", "{L}, {F}", "{L}, {F}: {P}", "Last name {L}, first name {F}", "surname is {L}", "her maiden name is {L}",
	"I was born in {C}, my name is {N}", "Fraud file: phone {P}, victim {N}.", "Walk-in: {N}, passport {P}, bought a SIM.", "{F}: hello?\n{F}: hi, is my order ready?\n{F}: not yet", "{F} said: \"call me\"", "\"No way\", said {F}.",
	"{N}'s phone was stolen", "{F}'s account is locked", "I bought {F}'s old phone", "ask {F} or {F} about it", "I met {N} in {C}", "{N} and {N} moved to {C}", "{N}, {P}, was born in {C}", "a letter from {N}, {O}", "{N} works for {O} in {C}",
	"{O} is the worst provider in {C}", "I work for {O}", "switching from {O} to {O} tomorrow", "{O} support never answers", "The {O} store in {C} is closed", "{O} and {O} are both bad", "Roaming in {C} and {C} is too expensive", "I am in {C} until {D}",
	"Coverage in {C} is bad since {D}", "No signal near {C}", "I'm from {C}", "We moved here from {C}", "Flight from {C} to {C} delayed", "The {C} office is closed on {D}", "Going to {C} next week, need roaming", "5G in {C} works fine",
	"flight {P} {C} to {C} was cancelled", "stuck at {C} airport since {D}", "flew out of {C} this morning", "{C} - {C} delayed again", "leaving {C} tonight", "get us to {C} please", "{C} airport staff were rude", "Plans to include {C} and {C}", "outage in {C}, {S}",
	"{C}, {S} has no service", "Internet down in {C} {S}", "{O} in {C} {S} is a joke", "my cousin lives near {C}", "roaming in {C}, {C} and {C}", "countries such as {C}, {C}, {C} and {C}", "excluding {C}, {C} and {C}", "Going to {C} and then {C}", "{C} branch", "the {C} team lost",
	"{C} International is closed", "the road to {C}", "Hello from {C}", "Greetings from {C}!", "{C} customer here", "{C} area has been down since {D}", "I moved from {C} to {C}", "{C} District has no signal", "{C} Road is flooded", "{O} {C}", "{O} {C} customer service", "@{O} help", "Thanks {O}!",
	"Thank you {O}", "Hi {O}, where is my parcel?", "Hey {O}!", "Dear {O},", "Hello {O} team", "my {O} router", "{O} and {O} both sell it", "the new {O} phone", "I love {O}", "{O} vs {O}", "agent from {O} called", "signed up with {O} on {D}", "I'm with {O}", "This is {O}?", "spoke to {O} and got nothing",
	"I called {O} three times", "{O} said no", "{O}, fix this", "No more {O}", "using {O} on my {O}", "{O} (again)", "{O}: worst support", "why does {O} need my data", "merger with {O}", "contact {O} please", "{O} app keeps crashing", "ask {O}", "{O} billing practices",
	"{R} never came to {A}", "{R} never came.", "{R} was rude and {R} was late", "{R} hung up on me", "{R} promised a refund", "Spoke to {R} and {R}", "{R} said to call {F}", "{R} {F} said no", "{R} told me that {F} would call", "Ask {R}", "{R}: no answer",
	"{R} is terrible", "{R} does not work since {D}", "{R} at {C} was helpful", "thanks {R}", "Thank you {R}", "{R} and {F} were great", "{R} from {O} never called", "called {R}, spoke with {F}", "{R} {F} {L} was great", "my {R}'s name is {F}", "the {R} was {F}", "{R} for {C}", "{R} here", "Hi {R}", "Dear {R},",
	"hi im {F} {L} and my wifi is slow", "im {N}", "its {F} here", "hi its {N} again", "My late husband {N} passed away in March", "My neighbour's kid {F} streams all day", "update surname from {L} to {L}", "why {N} still has no refund", "explain to {N} why it failed",
	"Thanks to {F}, {F}, {F} & {F}", "{F} & {F} at the {C} store", "{F}, {F} and {F} did a great job", "{L}, {F} / {L}, {F}", "attention {N}", "Mr & Mrs {L}", "Aunt {F} and Uncle {F}", "falar com {F}", "Herr {L} wartet", "Gracias, {N}", "Danke, {F}", "Merci {F}", "M. {N}", "Frau {L} hat angerufen",
	"does not work in {C} or {C}", "bad in {C} or {C}", "speeds in {C}, {C} and {C} were great", "Is {O} or {O} better?", "On {D} {O} was down", "between {C} and {C}", "from {C} via {C} to {C}", "{C} or {C}?", "north of {C}", "trip to {C} and {C}", "{C} to {C} by train", "weather in {C}",
	"passport {K}, {C} number {P}", "passport {K}, name {N}", "order {K} from {D} to {C}", "IBAN {K} {K}, {N}", "my reference is {K}, {N}", "{N}, passport {K}, driver's licence {K}", "ticket {K}: router model {K}", "DOB {D}, SSN {P}-{P}-{P}, {N}", "tracking {K} lost in {C}",
	"it ran {P} miles {P} hours", "{P} {O} phones for sale", "firmware {P}.{P}.{P} on my {O}", "SIM {P}, IMEI {P}, name {N}", "name {N}, still no discount", "name as {N}, is that ok?", "{N} was helpful, {F} was not. ({P}) {P}-{P}", "Roaming in {C} cost {P}", "visitors from {C} and {C} asked",
	"{N} ({P})", "{N} <{P}>", "to: {N}\nfrom: {N}\nsubject: no service", "On {D}, {N} wrote:", "Contact person: {N}, tel {P}", "Contact {N} at {P}", "Please call {F} on {P} after 6pm", "please ask for {F}", "attn: {N}\n{B}", "c/o {N}, {A}",
	"It was written by {N}", "Directed by {N}", "a film starring {N} and {N}", "{N} wins the cup", "{L} leads after day one", "{L} and {L} signed the deal", "President {L} visited {C}", "according to {N} of {O}", "says {L}.", "{L} was born in {C} in {P}.",
	"Mailing address:\n{B}", "Shipping to\n{N}\n{B}", "Address on file:\n{B}\nPlease correct it.", "Meet me at {A}", "The bus stops at {A}", "I am staying at {A}, room {P}", "parcel lost: {A}", "hotel at {A}",
	"I tried {P} times. {F} the bot is useless", "My Alexa says hello", "Siri can't find my contacts", "Ask Google first", "Chat with {F} ended without help", "you are now chatting with {N}", "{F} (agent) has joined the chat",
}

// openings, doers and deeds make sentences in which any kind of word may stand
// where a name does, so that it is the word that tells and not its place alone.
var (
	openings = []string{"", "", "", "", "Yesterday ", "I think ", "Again ", "So ", "Today ", "and ", "but ", "I heard ", "They say ", "Because ", "When ", "Unfortunately ", "why ", "Then ", "Please note that ", "As of {D}, ", "According to {N}, ", "In {C}, ", "At {O} ", "Last week ", "Honestly, "}
	doers    = []string{"{N}", "{N}", "{F}", "{F}", "{L}", "{F} and {F}", "{N} and {N}", "{T} {L}", "{R}", "{R}", "{R} {F}", "{R} {N}", "{O}", "{O}", "{C}", "{C}", "{F} from {O}", "{F} in {C}", "{F} ({R})", "the {R}", "our {R} {F}", "{N} of {C}", "your {R}", "{O} {C}", "my friend {N}", "my son {F}"}
	deeds    = []string{
		" turned up late", " is the best", " is down again", " never answered", " was great", " still has no signal", " told me to wait", " drilled through a pipe", " and I waited for an hour", " refused to help", " cares about people", " called me back", " keeps failing", " left a mess",
		" charged me twice", " signed up in store with {N}", " asked {N} to return it", " gave it to {F}", " blamed {F}", " met {T} {L}", " went to {C}", " was sold to {O}", " moved to {A}", " said \"wait\"", "'s bill is wrong", "'s contract ended", "'s line is dead", " works in {C} now", " wants a refund", ", who was nice, hung up",
		" has an account at {O}", " needs a new router", " lives at {A}", " can be reached on {P}", " is not me", " cancelled on {D}", " streams all day", " made me cry", " has gone", " deserves a raise", "?", "!", ".",
	}
)

// cleanForms hold no personal data, and tempt.
var cleanForms = []string{
	"Still No Internet After {P} Days", "Worst Customer Service Ever", "Data Cap Is Unfair", "Comcast Data Caps and Overcharging", "False Advertising And Billing Fraud", "Cannot Cancel Service", "Slow Internet Speed In My Area", "Customer Service Rep Hung Up",
	"Thank You", "Thank You So Much", "Thanks A Lot", "Good Morning", "Dear Sir or Madam", "Dear Team", "Dear Customer Support", "Dear Customer Care Team", "Hello Team", "Hi There", "Hi Support", "Kind Regards", "Best Wishes", "Yours Sincerely",
	"Will you fix it? May is over, June is here.", "Mark my words, I will leave", "Grace period ended on {D}", "Hope you fix it", "Price went up by {P}", "Will call again tomorrow", "I love Black Friday deals", "The Premium Plan is a joke", "Family Plan Upgrade",
	"Unlimited Plus plan costs {P} dollars", "I have an iPhone {P} Pro Max", "Samsung Galaxy S{P} has no signal", "Google Pixel {P} keeps crashing", "Netflix and Disney Plus do not work", "Amazon Prime Video buffers", "Microsoft Teams calls drop", "Wi-Fi Calling does not work",
	"Router reboots every {P} minutes", "Call of Duty lags", "Premier League stream froze", "Visa and Mastercard both declined", "PayPal payment failed", "Apple Pay not accepted", "Apple Watch won't pair", "Android Auto disconnects", "Bluetooth headset fails",
	"Reference {P}, invoice {P}, amount due on {D}", "{P} Mbps down, {P} up", "{P} GB used of {P} GB", "Error {P} when I log in", "Version {P} crashes on launch", "waited {P} minutes on hold", "Fix the app", "I'm Furious about this", "I am So Angry",
	"This is Terrible service", "This is Ridiculous", "I'm Done", "Never Again", "Not Happy", "Very Bad Service", "Top Up failed", "Sim Card never arrived", "Number Porting takes ages", "Pay As You Go", "Direct Debit failed", "Change Of Address form is broken",
	"spoke to Customer Service and Technical Support", "the Billing Department is closed", "Sales Team promised a discount", "Live Chat is useless", "Loyalty Department hung up", "Customer Relations never answers", "Spoke with a Supervisor", "Agent said no", "Technician no show",
	"10 Main features I miss", "5 G only outdoors", "2 Way calling fails", "1 Drive to the store took an hour", "24 Hour support is a lie", "3 Mobile is down", "4 Square app broken", "7 Day Trial ended", "90 Day Guarantee is fake", "top {P} Places With No Signal",
	"Easter sale, Christmas offer, Summer deal", "On Monday and Tuesday no signal", "Since January no invoice", "Happy New Year", "Merry Christmas to all", "Mother's Day offer expired", "Labor Day Weekend outage", "Super Bowl was cut off", "Open from Monday To Friday",
	"Please advise. Thanks.", "ASAP please", "FYI", "N/A", "No Comment", "NOT WORKING", "WORST SERVICE EVER", "DO NOT BUY", "I WANT MY MONEY BACK", "STOP CALLING ME", "PLEASE HELP ME", "WHERE IS MY REFUND", "THANK YOU VERY MUCH",
	"Great app, five stars, dark mode at last!", "Love it", "Fast install, no complaints.", "Rose gold model was out of stock", "The Ruby ring tone is gone", "Crystal clear calls", "Amber light on the router", "Faith in this company is gone", "Joy at last, it works", "Chase Bank blocked my card",
	"Virgin Media is down", "Wells Fargo declined it", "Morgan Stanley branch", "Charles Schwab app", "Ford dealer next door", "Victoria Station has no signal", "Jersey and Guernsey roaming", "Georgia and Virginia have outages", "St James Park has no coverage", "Madison Square Garden had no signal",
}
