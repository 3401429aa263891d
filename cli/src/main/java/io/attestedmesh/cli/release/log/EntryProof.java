package io.attestedmesh.cli.release.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.MerkleTree;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.SignedNote;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** That one entry is in a log, as {@code prove} prints it: for somebody who has neither the log nor the bundle. */
record EntryProof(LogEntry entry, SignedCheckpoint checkpoint, long index, List<Bytes> inclusion) {
    private static final int MAX_BYTES = 128 * 1024;
    private static final int MAX_NAME = 1024;
    private static final int DIGEST_SIZE = 48;
    private static final int HASH_SIZE = 32;

    EntryProof {
        inclusion = List.copyOf(inclusion);
    }

    static EntryProof parse(Bytes document) throws MalformedReleasesException {
        return JsonReader.read("proof of an entry", document, MAX_BYTES, EntryProof::read);
    }

    private static EntryProof read(JsonReader in) throws MalformedReleasesException {
        String list = null;
        Long version = null;
        Bytes digest = null;
        String checkpoint = null;
        Long index = null;
        List<Bytes> inclusion = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "list" -> list = in.text(MAX_NAME);
                case "version" -> version = in.integer(1, JsonReader.MAX_INTEGER);
                case "sha384" -> digest = in.hex(DIGEST_SIZE);
                case "checkpoint" -> checkpoint = in.text(SignedNote.MAX_BYTES);
                case "index" -> index = in.integer(0, Checkpoint.MAX_SIZE);
                case "inclusion" -> inclusion = readHashes(in);
                default -> throw in.unknownMember();
            }
        }
        String name = in.required("list", list);
        long number = in.required("version", version);
        Bytes sha384 = in.required("sha384", digest);
        LogEntry entry = in.checked(() -> new LogEntry(name, number, sha384));
        SignedCheckpoint tree = SignedCheckpoint.parse(in.required("checkpoint", checkpoint));
        return new EntryProof(entry, tree, in.required("index", index), in.required("inclusion", inclusion));
    }

    private static List<Bytes> readHashes(JsonReader in) throws MalformedReleasesException {
        List<Bytes> hashes = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(MerkleTree.MAX_PROOF)) {
            Bytes hash = in.base64(HASH_SIZE);
            if (hash.size() != HASH_SIZE) {
                throw in.malformed("not the " + HASH_SIZE + " bytes of a hash");
            }
            hashes.add(hash);
        }
        return hashes;
    }

    /** Says nothing about who signed the checkpoint. */
    void requireInclusion() throws RejectedReleasesException {
        Checkpoint tree = checkpoint.checkpoint();
        MerkleTree.verifyInclusion(entry.leafHash(), index, tree.size(), inclusion, tree.rootHash());
    }

    /** What {@link #parse} reads. */
    Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("list", entry.list());
        view.put("version", entry.version());
        view.put("sha384", entry.payloadSha384().hex());
        view.put("checkpoint", checkpoint.encode());
        view.put("index", index);
        view.put(
                "inclusion",
                inclusion.stream()
                        .map(hash -> Base64.getEncoder().encodeToString(hash.toByteArray()))
                        .toList());
        return view;
    }

    /** {@code version 1 of acme-kms is entry 0 of the 2 in acme.example/releases}. */
    String words() {
        return "version " + entry.version() + " of " + entry.list() + " is entry " + index + " of the "
                + checkpoint.checkpoint().size() + " in "
                + checkpoint.checkpoint().origin();
    }
}
