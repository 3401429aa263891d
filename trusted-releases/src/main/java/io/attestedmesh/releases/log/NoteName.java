package io.attestedmesh.releases.log;

/** What may stand as a key name or an origin (C2SP signed-note, "Format"): no spaces, no plus, and here no controls. */
final class NoteName {
    static final int MAX_BYTES = 256;

    private NoteName() {}

    static boolean isValid(String name) {
        return !name.isEmpty()
                && StrictText.isUnicode(name)
                && StrictText.utf8(name).size() <= MAX_BYTES
                && name.codePoints().noneMatch(NoteName::isForbidden);
    }

    private static boolean isForbidden(int c) {
        return c == '+' || Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
    }
}
