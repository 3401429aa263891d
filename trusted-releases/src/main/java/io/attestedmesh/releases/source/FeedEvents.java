package io.attestedmesh.releases.source;

/**
 * Hears how each look of a {@link ReleaseFeed} ended, on the feed's thread: for counters. An implementation must not
 * block.
 */
public interface FeedEvents {
    /** The reason of content that is no bundle at all. */
    String MALFORMED = "MALFORMED";

    /** Discards all. */
    FeedEvents NONE = new FeedEvents() {
        @Override
        public void updated() {}

        @Override
        public void unchanged() {}

        @Override
        public void refused(String reason) {}

        @Override
        public void failed() {}
    };

    /** Another list is in force. */
    void updated();

    /** The source still has what was accepted before, or what means the same. */
    void unchanged();

    /**
     * What the source has was refused, now or at an earlier look since which it has not changed.
     *
     * @param reason the name of a {@link io.attestedmesh.releases.ReleasesReason}, or {@link #MALFORMED}
     */
    void refused(String reason);

    /** The source gave no whole answer, or what was accepted could not be kept. */
    void failed();
}
