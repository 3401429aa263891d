package io.attestedmesh.cli.federated;

import java.util.Locale;

/** A bar of so many of how many. */
final class ProgressBar {
    private static final int WIDTH = 24;

    private ProgressBar() {}

    /** As in {@code [########----------------] 2 of 6}. */
    static String of(int done, int all) {
        int filled = all <= 0 ? 0 : (int) Math.min(WIDTH, (long) WIDTH * done / all);
        return String.format(Locale.ROOT, "[%s%s] %d of %d", "#".repeat(filled), "-".repeat(WIDTH - filled), done, all);
    }
}
