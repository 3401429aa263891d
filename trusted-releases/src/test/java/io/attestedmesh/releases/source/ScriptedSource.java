package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A source that has what a test put there, with an ETag or without, or is away. */
final class ScriptedSource implements ReleaseSource {
    private final boolean tagged;
    private final List<Optional<Validator>> asked = new ArrayList<>();
    private Optional<String> content = Optional.empty();
    private IOException away = new IOException("nothing there yet");
    private Runnable meanwhile = () -> {};
    private boolean closed;

    ScriptedSource(boolean tagged) {
        this.tagged = tagged;
    }

    static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(UTF_8));
    }

    void publish(String text) {
        content = Optional.of(text);
    }

    void fail(String why) {
        content = Optional.empty();
        away = new IOException(why);
    }

    /** What happens during each fetch. */
    void meanwhile(Runnable what) {
        meanwhile = what;
    }

    /** What each fetch said was seen. */
    List<Optional<Validator>> asked() {
        return asked;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public Optional<Fetched> fetch(Optional<Validator> seen) throws IOException {
        asked.add(seen);
        meanwhile.run();
        if (content.isEmpty()) {
            throw away;
        }
        Optional<Validator> tag = tagged
                ? Validator.entityTag(
                        "here", '"' + Integer.toHexString(content.get().hashCode()) + '"')
                : Optional.empty();
        if (tag.isPresent() && tag.equals(seen)) {
            return Optional.empty();
        }
        return Optional.of(new Fetched(bytes(content.get()), tag.map(Validator::value), tag));
    }

    @Override
    public String describe() {
        return "scripted";
    }

    @Override
    public void close() {
        closed = true;
    }
}
