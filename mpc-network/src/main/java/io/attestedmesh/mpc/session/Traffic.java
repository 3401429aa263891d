package io.attestedmesh.mpc.session;

/**
 * What a session and one other party have had from each other: messages that were queued for it, and messages of it that
 * were kept. What was sent again or refused is not in it.
 */
public record Traffic(long sentMessages, long sentBytes, long receivedMessages, long receivedBytes) {}
