package io.attestedmesh.voting.statement;

import java.nio.charset.StandardCharsets;

/**
 * What a transaction is decided to be. Two values are the same if their bytes are: nothing is normalised.
 *
 * @param text 1 to 1024 bytes of UTF-8 without control, format, private or unassigned characters
 */
public record Value(String text) {
    public static final int LONGEST = 1024;

    /** Refuses other texts. */
    public Value {
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size < 1 || size > LONGEST) {
            throw new IllegalArgumentException("a value has 1 to " + LONGEST + " bytes, this has " + size);
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (!isShown(text.codePointAt(i))) {
                throw new IllegalArgumentException("a value has no control characters, nor others that are not shown");
            }
        }
    }

    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
