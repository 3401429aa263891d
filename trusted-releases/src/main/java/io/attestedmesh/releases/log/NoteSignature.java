package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.Encodings;

/**
 * One signature line of a note, {@code — name base64}, not verified.
 *
 * @param name of the key, chosen by whoever wrote the line
 * @param keyId 4 bytes
 * @param signature what the key's algorithm made, at least 1 byte
 */
public record NoteSignature(String name, Bytes keyId, Bytes signature) {
    static final String LEAD = "\u2014 ";

    private static final int ID_SIZE = 4;

    public NoteSignature {
        if (!NoteName.isValid(name) || keyId.size() != ID_SIZE || signature.isEmpty()) {
            throw new IllegalArgumentException("no signature of a note, by " + OneLine.of(name));
        }
    }

    /** Reads a line with or without its line feed. */
    public static NoteSignature parse(String line) throws MalformedReleasesException {
        String what = "signature line " + OneLine.of(line);
        String content = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        int space = content.lastIndexOf(' ');
        if (content.length() > SignedNote.MAX_BYTES || !content.startsWith(LEAD) || space < LEAD.length()) {
            throw new MalformedReleasesException(what, "not of the form \"\\u2014 name base64\"");
        }
        String name = content.substring(LEAD.length(), space);
        if (!NoteName.isValid(name)) {
            throw new MalformedReleasesException(what, "no name of a key: " + OneLine.of(name));
        }
        Bytes signature = StrictText.decodeBase64(what, content.substring(space + 1));
        if (signature.size() <= ID_SIZE) {
            throw new MalformedReleasesException(what, "nothing follows the key id");
        }
        return new NoteSignature(name, signature.slice(0, ID_SIZE), signature.slice(ID_SIZE, signature.size()));
    }

    /** The line, with its line feed. */
    public String line() {
        return LEAD + name + " " + Encodings.base64(Bytes.concat(keyId, signature)) + "\n";
    }

    boolean isOfSameKeyAs(NoteSignature other) {
        return name.equals(other.name) && keyId.equals(other.keyId);
    }
}
