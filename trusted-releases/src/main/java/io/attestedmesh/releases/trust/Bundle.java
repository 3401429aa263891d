package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import io.attestedmesh.releases.log.LogProof;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is published: a signed list and all that a client needs to judge it. Parsing verifies nothing; {@link
 * BundleVerifier} does.
 *
 * @param roots trust roots by ascending version, 1 to 1024, from the newest that clients may have to the newest
 * @param list the signed release list
 * @param log proof that the list is in the log
 */
public record Bundle(List<SignedEnvelope> roots, SignedEnvelope list, Optional<LogProof> log) {
    public static final int MAX_BYTES = SignedEnvelope.MAX_BYTES;
    public static final int MAX_ROOTS = 1024;

    public Bundle {
        roots = List.copyOf(roots);
        if (roots.isEmpty() || roots.size() > MAX_ROOTS) {
            throw new IllegalArgumentException("not 1 to " + MAX_ROOTS + " trust roots");
        }
    }

    public static Bundle parse(Bytes document) throws MalformedReleasesException {
        return JsonReader.read("bundle", document, MAX_BYTES, Bundle::read);
    }

    static Bundle read(JsonReader in) throws MalformedReleasesException {
        List<SignedEnvelope> roots = null;
        SignedEnvelope list = null;
        LogProof log = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "roots" -> roots = readRoots(in, MAX_ROOTS);
                case "list" -> list = SignedEnvelope.read(in);
                case "log" -> log = LogProof.read(in);
                default -> throw in.unknownMember();
            }
        }
        List<SignedEnvelope> chain = in.required("roots", roots);
        SignedEnvelope signed = in.required("list", list);
        Optional<LogProof> proof = Optional.ofNullable(log);
        return in.checked(() -> new Bundle(chain, signed, proof));
    }

    static List<SignedEnvelope> readRoots(JsonReader in, int max) throws MalformedReleasesException {
        List<SignedEnvelope> roots = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(max)) {
            roots.add(SignedEnvelope.read(in));
        }
        return roots;
    }

    public Bytes encode() {
        return JsonWriter.document(this::write);
    }

    void write(JsonWriter out) {
        out.beginObject().name("roots");
        writeRoots(roots, out);
        list.write(out.name("list"));
        log.ifPresent(proof -> proof.write(out.name("log")));
        out.endObject();
    }

    static void writeRoots(List<SignedEnvelope> roots, JsonWriter out) {
        out.beginArray();
        roots.forEach(root -> root.write(out));
        out.endArray();
    }
}
