/**
 * The log in which every published list is a leaf: an append-only Merkle tree (RFC 9162, section 2), its checkpoints as
 * signed notes (C2SP signed-note, tlog-checkpoint and tlog-cosignature) and its tiles in a folder that any static file
 * server can serve (C2SP tlog-tiles).
 *
 * <pre>{@code
 * NoteSigner signer = NoteSigner.of("acme.example/releases", keyPair);
 * TileLog log = TileLog.create(folder, signer, clock);
 * log.append(List.of(new LogEntry("acme-kms", 7, payloadSha384)), signer, clock);
 * LogProof proof = log.prove(log.find(entry).orElseThrow());
 *
 * proof.checkpoint().requireSignedBy(origin, List.of(NoteKey.parse(vkey)));
 * proof.requireIncludes(entry);
 * proof.requireExtends(checkpointLastSeen);
 * }</pre>
 */
package io.attestedmesh.releases.log;
