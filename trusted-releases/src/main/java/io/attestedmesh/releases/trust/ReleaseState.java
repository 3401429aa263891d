package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.SignedNote;
import java.util.List;
import java.util.Optional;

/**
 * What a client writes down so that it still knows it after a restart. Nothing of it is believed when it is read: it is
 * verified as if it had just come from anywhere.
 *
 * @param roots trust roots by ascending version up to the newest adopted, at least one
 * @param accepted the list accepted last, with the one root that it was accepted under
 * @param checkpoint the one last seen of the log, where {@code accepted} does not carry it
 */
record ReleaseState(List<SignedEnvelope> roots, Optional<Bundle> accepted, Optional<SignedCheckpoint> checkpoint) {
    /** Roots and list of a bundle of any size fit, whatever their layout. */
    static final int MAX_BYTES = 2 * Bundle.MAX_BYTES;

    ReleaseState {
        roots = List.copyOf(roots);
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("no trust root");
        }
    }

    static ReleaseState parse(Bytes document) throws MalformedReleasesException {
        return JsonReader.read("state of the trusted releases", document, MAX_BYTES, ReleaseState::read);
    }

    private static ReleaseState read(JsonReader in) throws MalformedReleasesException {
        List<SignedEnvelope> roots = null;
        Optional<Bundle> accepted = null;
        Optional<SignedCheckpoint> checkpoint = Optional.empty();
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "roots" -> roots = Bundle.readRoots(in, Integer.MAX_VALUE);
                case "accepted" -> accepted = in.isNull() ? Optional.empty() : Optional.of(Bundle.read(in));
                case "checkpoint" -> checkpoint = Optional.of(SignedCheckpoint.parse(in.text(SignedNote.MAX_BYTES)));
                default -> throw in.unknownMember();
            }
        }
        return checked(in, in.required("roots", roots), in.required("accepted", accepted), checkpoint);
    }

    private static ReleaseState checked(
            JsonReader in, List<SignedEnvelope> roots, Optional<Bundle> accepted, Optional<SignedCheckpoint> checkpoint)
            throws MalformedReleasesException {
        return in.checked(() -> new ReleaseState(roots, accepted, checkpoint));
    }

    Bytes encode() {
        return JsonWriter.document(out -> {
            out.beginObject().name("roots");
            Bundle.writeRoots(roots, out);
            out.name("accepted");
            accepted.ifPresentOrElse(bundle -> bundle.write(out), out::nullValue);
            checkpoint.ifPresent(note -> out.name("checkpoint").text(note.encode()));
            out.endObject();
        });
    }
}
