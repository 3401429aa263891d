package io.attestedmesh.attest.evidence;

/** Text that a stranger chose, made fit for a message: one line, printable ASCII, in quotes, bounded. */
public final class Excerpt {
    private static final int MAX = 48;

    private Excerpt() {}

    /** The first 48 characters. */
    public static String of(String text) {
        return of(text, MAX);
    }

    /** The first {@code max} characters, before they are escaped. */
    public static String of(String text, int max) {
        StringBuilder shown = new StringBuilder("\"");
        text.chars().limit(max).forEach(c -> {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.append(text.length() > max ? "\"…" : "\"").toString();
    }
}
