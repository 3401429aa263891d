package io.attestedmesh.attest.evidence;

/** Well-formed UTF-8 as RFC 3629, section 4, defines it: shortest forms only, no surrogates, nothing above U+10FFFF. */
public final class Utf8 {
    private Utf8() {}

    public static boolean isValid(Bytes text) {
        return isValid(text.shared(), 0, text.size());
    }

    static boolean isValid(byte[] in, int from, int to) {
        int at = from;
        while (at < to) {
            int length = sequenceLength(in, at, to);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static int sequenceLength(byte[] in, int at, int to) {
        int lead = in[at] & 0xff;
        if (lead < 0x80) {
            return 1;
        }
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (length == 0 || length > to - at || !isSecond(lead, in[at + 1] & 0xff)) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((in[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** The second byte carries what rules out overlong forms, surrogates and numbers that are too large. */
    private static boolean isSecond(int lead, int second) {
        int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return second >= low && second <= high;
    }
}
