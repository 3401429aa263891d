/**
 * Sessions: what parties have sent, in which round they are, who waits for what; and those that are not open yet, or not any
 * more. What brings messages here is handed in, and so is what takes them away.
 *
 * <pre>{@code
 * try (NetworkSession session = network.open(SessionId.parse(digits), "kms", SessionOptions.DEFAULT)) {
 *     session.sendAll(commitment);
 *     Map<Integer, byte[]> commitments = session.receiveAll(0, Duration.ofSeconds(10));
 *     session.nextRound();
 *     session.send(2, share).thenAccept(delivery -> log(delivery));
 *     byte[] theirs = session.receive(2);
 *     session.complete();
 * } catch (SessionException e) {
 *     blame(e.parties(), e.reason());
 * }
 * }</pre>
 */
package io.attestedmesh.mpc.session;
