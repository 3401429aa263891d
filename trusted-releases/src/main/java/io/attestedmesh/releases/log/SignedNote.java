package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.util.ArrayList;
import java.util.List;

/**
 * A text and signature lines (C2SP signed-note), nothing of it verified.
 *
 * @param text with its last line feed, without the empty line behind it
 * @param signatures 1 to 100, in the order of the note
 */
public record SignedNote(String text, List<NoteSignature> signatures) {
    public static final int MAX_BYTES = 64 * 1024;

    /** Room for 64 witnesses, and for two signatures of each of a log's 16 keys. */
    public static final int MAX_SIGNATURES = 100;

    private static final String WHAT = "signed note";

    public SignedNote {
        signatures = List.copyOf(signatures);
        if (!text.endsWith("\n") || !StrictText.isUnicode(text) || text.chars().anyMatch(SignedNote::isControl)) {
            throw new IllegalArgumentException("no text of a note");
        }
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            throw new IllegalArgumentException("1 to " + MAX_SIGNATURES + " signatures, not " + signatures.size());
        }
    }

    public static SignedNote parse(Bytes encoded) throws MalformedReleasesException {
        if (encoded.size() > MAX_BYTES) {
            throw new MalformedReleasesException(WHAT, "more than " + MAX_BYTES + " bytes: " + encoded.size());
        }
        return parse(StrictText.decodeUtf8(WHAT, encoded));
    }

    public static SignedNote parse(String note) throws MalformedReleasesException {
        requireText(note);
        // The text may have empty lines of its own: the last one separates.
        int split = note.lastIndexOf("\n\n");
        if (split < 0 || !note.endsWith("\n")) {
            throw new MalformedReleasesException(
                    WHAT, "no text, empty line and signature lines that end in line feeds");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        int at = split + 2;
        while (at < note.length()) {
            if (signatures.size() == MAX_SIGNATURES) {
                throw new MalformedReleasesException(WHAT, "more than " + MAX_SIGNATURES + " signatures");
            }
            int end = note.indexOf('\n', at);
            signatures.add(NoteSignature.parse(note.substring(at, end)));
            at = end + 1;
        }
        if (signatures.isEmpty()) {
            throw new MalformedReleasesException(WHAT, "no signature");
        }
        return new SignedNote(note.substring(0, split + 1), signatures);
    }

    private static void requireText(String note) throws MalformedReleasesException {
        if (note.length() > MAX_BYTES || StrictText.utf8(note).size() > MAX_BYTES) {
            throw new MalformedReleasesException(WHAT, "more than " + MAX_BYTES + " bytes");
        }
        if (!StrictText.isUnicode(note) || note.chars().anyMatch(SignedNote::isControl)) {
            throw new MalformedReleasesException(WHAT, "control characters or half a surrogate pair");
        }
    }

    private static boolean isControl(int c) {
        return c < ' ' && c != '\n';
    }

    /** The note that {@link #parse} reads. */
    public String encode() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature.line()));
        return note.toString();
    }

    /** The note with one signature more, which takes the place of those by the same key. */
    public SignedNote with(NoteSignature signature) {
        List<NoteSignature> all = new ArrayList<>(signatures);
        all.removeIf(signature::isOfSameKeyAs);
        all.add(signature);
        return new SignedNote(text, all);
    }
}
