package io.attestedmesh.voting.replica;

/** A message to one node, to be sent once the journal is committed. */
public record Outgoing(String to, Message message) {}
