package io.attestedmesh.releases.log;

import java.time.Instant;

/** That a key signed a checkpoint and said when; {@link SignedCheckpoint} has verified it. */
public record Cosignature(NoteKey key, Instant time) {}
