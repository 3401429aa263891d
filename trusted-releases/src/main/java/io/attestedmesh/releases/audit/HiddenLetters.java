package io.attestedmesh.releases.audit;

/**
 * Letters, marks and symbols that show nothing although they are none of the control and format characters: fillers,
 * variation selectors and the like (Unicode, Default_Ignorable_Code_Point), and the blank pattern of Braille.
 */
final class HiddenLetters {
    private static final int BRAILLE_BLANK = 0x2800;

    private HiddenLetters() {}

    static boolean contain(int c) {
        return switch (c) {
            case 0x034F, // combining grapheme joiner
                    0x115F, // fillers of Hangul
                    0x1160,
                    0x3164,
                    0xFFA0,
                    0x17B4, // inherent vowels of Khmer
                    0x17B5,
                    BRAILLE_BLANK -> true;
            default -> isVariationSelector(c);
        };
    }

    private static boolean isVariationSelector(int c) {
        return isWithin(0x180B, c, 0x180D)
                || c == 0x180F
                || isWithin(0xFE00, c, 0xFE0F)
                || isWithin(0xE0100, c, 0xE01EF);
    }

    private static boolean isWithin(int first, int c, int last) {
        return c >= first && c <= last;
    }
}
