package io.attestedmesh.attest.evidence;

/** Text that a stranger chose, made fit for a message: one line, printable ASCII, in quotes, bounded. */
public final class Excerpt {
    private static final int MAX = 48;

    private Excerpt() {}

    public static String of(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.chars().limit(MAX).forEach(c -> {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.append(text.length() > MAX ? "\"..." : "\"").toString();
    }
}
