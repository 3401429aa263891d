package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a bundle carries to show that its list is in the log.
 *
 * @param checkpoint the state of the log that the proofs lead to
 * @param index of the list's entry
 * @param inclusion at most 64 hashes of 32 bytes
 * @param consistency from earlier sizes, smaller ones first, at most 1024
 */
public record LogProof(
        SignedCheckpoint checkpoint, long index, List<Bytes> inclusion, List<ConsistencyProof> consistency) {
    public static final int MAX_CONSISTENCY = 1024;

    public LogProof {
        inclusion = List.copyOf(inclusion);
        consistency = List.copyOf(consistency);
        if (index < 0 || index >= Checkpoint.MAX_SIZE || !MerkleTree.isProof(inclusion)) {
            throw new IllegalArgumentException("no inclusion proof of entry " + index);
        }
        if (consistency.size() > MAX_CONSISTENCY || !isAscending(consistency)) {
            throw new IllegalArgumentException("more than 1024 consistency proofs, or not by ascending size");
        }
    }

    /** Reads the bundle's {@code log} object. */
    public static LogProof read(JsonReader in) throws MalformedReleasesException {
        SignedCheckpoint checkpoint = null;
        Long index = null;
        List<Bytes> inclusion = null;
        List<ConsistencyProof> consistency = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "checkpoint" -> checkpoint = checkpoint(in);
                case "index" -> index = in.integer(0, Checkpoint.MAX_SIZE - 1);
                case "inclusion" -> inclusion = hashes(in);
                case "consistency" -> consistency = consistency(in);
                default -> throw in.unknownMember();
            }
        }
        SignedCheckpoint log = in.required("checkpoint", checkpoint);
        long entry = in.required("index", index);
        List<Bytes> path = in.required("inclusion", inclusion);
        List<ConsistencyProof> earlier = in.required("consistency", consistency);
        return in.checked(() -> new LogProof(log, entry, path, earlier));
    }

    private static SignedCheckpoint checkpoint(JsonReader in) throws MalformedReleasesException {
        String note = in.text(SignedNote.MAX_BYTES);
        try {
            return SignedCheckpoint.parse(note);
        } catch (MalformedReleasesException e) {
            throw in.malformed(e.getMessage());
        }
    }

    private static List<ConsistencyProof> consistency(JsonReader in) throws MalformedReleasesException {
        List<ConsistencyProof> proofs = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(MAX_CONSISTENCY)) {
            Long size = null;
            List<Bytes> hashes = null;
            in.beginObject();
            while (in.nextMember()) {
                switch (in.member()) {
                    case "size" -> size = in.integer(1, Checkpoint.MAX_SIZE);
                    case "hashes" -> hashes = hashes(in);
                    default -> throw in.unknownMember();
                }
            }
            proofs.add(new ConsistencyProof(in.required("size", size), in.required("hashes", hashes)));
        }
        return proofs;
    }

    private static List<Bytes> hashes(JsonReader in) throws MalformedReleasesException {
        List<Bytes> hashes = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(MerkleTree.MAX_PROOF)) {
            Bytes hash = in.base64(Sha256.SIZE);
            if (hash.size() != Sha256.SIZE) {
                throw in.malformed("not the " + Sha256.SIZE + " bytes of a hash");
            }
            hashes.add(hash);
        }
        return hashes;
    }

    /** Writes the object that {@link #read} reads. */
    public void write(JsonWriter out) {
        out.beginObject();
        out.name("checkpoint").text(checkpoint.encode());
        out.name("index").integer(index);
        write(out.name("inclusion"), inclusion);
        out.name("consistency").beginArray();
        for (ConsistencyProof proof : consistency) {
            out.beginObject().name("size").integer(proof.size());
            write(out.name("hashes"), proof.hashes());
            out.endObject();
        }
        out.endArray().endObject();
    }

    private static void write(JsonWriter out, List<Bytes> hashes) {
        out.beginArray();
        hashes.forEach(out::base64);
        out.endArray();
    }

    /** The same proofs beside a checkpoint of the same tree. */
    public LogProof with(SignedCheckpoint signed) {
        return new LogProof(signed, index, inclusion, consistency);
    }

    private static boolean isAscending(List<ConsistencyProof> proofs) {
        for (int i = 1; i < proofs.size(); i++) {
            if (proofs.get(i).size() <= proofs.get(i - 1).size()) {
                return false;
            }
        }
        return true;
    }

    /** That {@code entry} is in the log; says nothing about who signed the checkpoint. */
    public void requireIncludes(LogEntry entry) throws RejectedReleasesException {
        Checkpoint tree = checkpoint.checkpoint();
        MerkleTree.verifyInclusion(entry.leafHash(), index, tree.size(), inclusion, tree.rootHash());
    }

    /**
     * That the log only grew since {@code seen}.
     *
     * @throws RejectedReleasesException for WRONG_LOG, LOG_ROLLBACK, CONSISTENCY_MISSING or LOG_FORK
     */
    public void requireExtends(Checkpoint seen) throws RejectedReleasesException {
        Checkpoint tree = checkpoint.checkpoint();
        List<Bytes> proof = List.of();
        if (seen.size() > 0 && seen.size() < tree.size()) {
            proof = consistency.stream()
                    .filter(known -> known.size() == seen.size())
                    .findFirst()
                    .orElseThrow(() -> new RejectedReleasesException(
                            ReleasesReason.CONSISTENCY_MISSING,
                            "a proof from size " + seen.size() + " to " + tree.size(),
                            "proofs from " + consistency.size() + " other sizes"))
                    .hashes();
        }
        tree.requireExtends(seen, proof);
    }
}
