package io.attestedmesh.benchmarks.parties;

import java.util.Arrays;

/** How long something takes that is done many times over. */
final class Times {
    private Times() {}

    /** Something that takes a while. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** Median and 99th percentile, in µs. */
    static String micros(int times, Step step) throws Exception {
        double[] micros = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            step.run();
            micros[i] = (System.nanoTime() - begin) / 1e3;
        }
        Arrays.sort(micros);
        return micros[times / 2] + " " + micros[times * 99 / 100];
    }
}
