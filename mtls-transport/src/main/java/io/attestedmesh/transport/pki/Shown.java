package io.attestedmesh.transport.pki;

/** Text from a file or a peer, made fit for a message: printable ASCII, one line, bounded. */
final class Shown {
    private static final int MAX = 120;

    private Shown() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < MAX; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return text.length() > MAX ? shown + "…" : shown.toString();
    }
}
