// Hears the events of a Relais centre and keeps each of them once, as a file in a folder.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { connect } from "amqplib";

const { SUBSCRIBER, RELAIS_QUEUE_URL, RELAIS_QUEUE_PREFIX = "relais" } = process.env;
const { KEEP_IN = "events" } = process.env;
const exchange = `${RELAIS_QUEUE_PREFIX}.v1`;
const queue = `${RELAIS_QUEUE_PREFIX}.${SUBSCRIBER}.v1`;
mkdirSync(KEEP_IN, { recursive: true });
const folder = openSync(KEEP_IN);

// Whole or not at all, and a second copy has the same name. Within one source and subject the
// numbers (deliveryseq) say the order, without a gap from 1.
function store(event) {
  const path = `${KEEP_IN}/${encodeURIComponent(`${event.source} ${event.id}`)}.json`;
  const file = openSync(`${path}.new`, "w");
  writeSync(file, JSON.stringify(event));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

function answer(channel, event) {
  const source = event.source.replace("/relais/", "");
  const now = new Date().toISOString();
  const said = { state: "handled", at: now, stored_at: now };
  const receipt = { source, event_id: event.id, subscriber: SUBSCRIBER, ...said };
  channel.publish(exchange, `receipt.${source}`, Buffer.from(JSON.stringify([receipt])), {
    contentType: "application/vnd.relais.receipts+json",
    persistent: true,
    userId: new URL(RELAIS_QUEUE_URL).username,
  });
}

// Store first, then answer, then acknowledge: whatever is cut off before that comes again.
function heard(channel, message) {
  const events = JSON.parse(message.content);
  events.forEach(store);
  fsyncSync(folder);
  events.forEach((event) => answer(channel, event));
  channel.ack(message);
}

// Whatever goes wrong ends the program; whoever looks after it starts it again.
const giveUp = (why) => {
  console.error(String(why));
  process.exit(1);
};
const connection = await connect(RELAIS_QUEUE_URL);
connection.on("error", giveUp).on("close", giveUp).on("handler-error", giveUp);
const channel = await connection.createChannel();
channel.on("error", giveUp).on("close", giveUp).on("handler-error", giveUp);
await channel.assertQueue(queue, {
  durable: true,
  arguments: {
    // Replicated, and when it is full it takes no more: the rest waits at the centre.
    "x-queue-type": "quorum",
    "x-overflow": "reject-publish",
    "x-max-length-bytes": 268435456,
  },
});
await channel.bindQueue(queue, exchange, `event.${SUBSCRIBER}`);
await channel.prefetch(50);
await channel.consume(queue, (message) => {
  try {
    heard(channel, message); // null when somebody has removed the queue
  } catch (error) {
    giveUp(error);
  }
});
