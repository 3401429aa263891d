package io.attestedmesh.transport;

/** A text as a JSON string (RFC 8259, section 7) in printable ASCII: one line, whatever a peer put into it. */
public final class Quoted {
    private Quoted() {}

    public static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
