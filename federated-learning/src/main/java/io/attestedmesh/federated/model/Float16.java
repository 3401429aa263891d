package io.attestedmesh.federated.model;

/** Half precision (IEEE 754 binary16): 1 bit sign, 5 exponent, 10 fraction. */
public final class Float16 {
    private static final int FRACTION = 10;
    private static final int EXPONENT_MASK = 0x1f;
    private static final int FRACTION_MASK = 0x3ff;
    private static final float SUBNORMAL_STEP = 0x1p-24f;

    private Float16() {}

    /** Exact, for every half is a float. */
    public static float toFloat(short half) {
        int exponent = (half >>> FRACTION) & EXPONENT_MASK;
        int fraction = half & FRACTION_MASK;
        int sign = (half & 0x8000) << 16;
        if (exponent == 0) {
            return Float.intBitsToFloat(Float.floatToRawIntBits(fraction * SUBNORMAL_STEP) | sign);
        }
        int biased = exponent == EXPONENT_MASK ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | (biased << 23) | (fraction << (23 - FRACTION)));
    }

    /** The nearest half, ties to even; infinite where that is beyond 65504. */
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 65520f) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x1p-14f) {
            // the step of subnormal halves is 2^-24; rint rounds ties to even, and 1024 steps is the first normal half
            return (short) (sign | (int) Math.rint((double) magnitude / SUBNORMAL_STEP));
        }
        int rebiased = (bits & 0x7fffffff) - ((127 - 15) << 23);
        int odd = (rebiased >>> 13) & 1;
        return (short) (sign | ((rebiased + 0xfff + odd) >>> 13));
    }
}
