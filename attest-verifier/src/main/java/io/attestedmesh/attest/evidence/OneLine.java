package io.attestedmesh.attest.evidence;

/** Text that a stranger may have chosen, as one bounded line of printable ASCII. */
public final class OneLine {
    private static final int LONGEST = 200;

    private OneLine() {}

    /** Some 200 characters at most, with what is not printable ASCII escaped. */
    public static String of(String text) {
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
