package io.attestedmesh.releases.source;

/** For tests that count nothing. */
final class Uncounted implements FeedEvents {
    @Override
    public void updated() {}

    @Override
    public void unchanged() {}

    @Override
    public void refused(String reason) {}

    @Override
    public void failed() {}
}
