package io.attestedmesh.attest.x509;

/** Text that a peer may have chosen, as one bounded line of printable ASCII. */
final class OneLine {
    private static final int LONGEST = 200;

    private OneLine() {}

    static String of(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST) + 1);
        for (int i = 0; i < text.length(); i++) {
            if (line.length() >= LONGEST) {
                return line.append("...").toString();
            }
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '\\') {
                line.append(c);
            } else {
                line.append(String.format("\\u%04x", (int) c));
            }
        }
        return line.toString();
    }
}
