package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.source.LookResult.Failed;
import io.attestedmesh.releases.source.LookResult.Refused;
import io.attestedmesh.releases.source.LookResult.Unchanged;
import io.attestedmesh.releases.source.LookResult.Updated;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Looks at a source, and offers what it has not offered before.
 *
 * <p>Content counts as seen once the acceptor has given its verdict, whichever: what it refused is not fetched and
 * verified again at each look. But a verdict may depend on more than the content, such as the time, and a server may
 * send another file under an old ETag. So of {@value #FULL_EVERY} looks in a row at least one fetches without condition
 * and offers whatever came.
 */
final class SourceReader {
    static final int FULL_EVERY = 10;

    private final ReleaseSource source;
    private final ReleaseFeed.Acceptor acceptor;
    private Optional<Bytes> seen = Optional.empty();
    private Optional<Validator> validator = Optional.empty();
    private LookResult standing = new Unchanged();
    private int looks;

    SourceReader(ReleaseSource source, ReleaseFeed.Acceptor acceptor) {
        this.source = source;
        this.acceptor = acceptor;
    }

    LookResult look() {
        looks++;
        boolean full = looks >= FULL_EVERY;
        try {
            Optional<Fetched> found = source.fetch(full ? Optional.empty() : validator);
            if (found.isEmpty()) {
                return standing;
            }
            Bytes digest = digest(found.get().content());
            if (!full && seen.equals(Optional.of(digest))) {
                validator = found.get().validator();
                return standing;
            }
            forget();
            LookResult verdict = offer(found.get());
            remember(found.get(), digest, verdict);
            return verdict;
        } catch (IOException
                // whatever a library threw, could not load, or had no memory or stack for, there is another look
                | RuntimeException
                | Error e) {
            return new Failed(e);
        }
    }

    private LookResult offer(Fetched found) throws IOException {
        try {
            return acceptor.offer(found.content()) ? new Updated(found.version()) : new Unchanged();
        } catch (RejectedReleasesException e) {
            String what = "expected=\"" + quoted(e.expected()) + "\" actual=\"" + quoted(e.actual()) + "\"";
            return new Refused(e.reason().name(), what, found.version());
        } catch (MalformedReleasesException e) {
            String what = "problem=\"" + quoted(String.valueOf(e.getMessage())) + "\"";
            return new Refused(FeedEvents.MALFORMED, what, found.version());
        }
    }

    private void forget() {
        seen = Optional.empty();
        validator = Optional.empty();
    }

    private void remember(Fetched found, Bytes digest, LookResult verdict) {
        looks = 0;
        seen = Optional.of(digest);
        validator = found.validator();
        standing = verdict instanceof Refused ? verdict : new Unchanged();
    }

    private static String quoted(String text) {
        return OneLine.of(text).replace('"', '\'');
    }

    private static Bytes digest(Bytes content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            content.update(sha256);
            return Bytes.of(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
