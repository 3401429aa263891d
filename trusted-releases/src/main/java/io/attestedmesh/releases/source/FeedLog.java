package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.source.LookResult.Failed;
import io.attestedmesh.releases.source.LookResult.Refused;
import io.attestedmesh.releases.source.LookResult.Updated;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** What of a feed's looks is worth a line: changes, and of trouble the first, the third and every other reason. */
final class FeedLog {
    private static final System.Logger LOG = System.getLogger(ReleaseFeed.class.getName());

    private final String source;
    private String lastTrouble = "";

    FeedLog(String source) {
        this.source = source;
    }

    /** @param troubles how many looks in a row, this one included, were not good */
    void looked(LookResult result, int troubles) {
        if (result instanceof Updated updated) {
            LOG.log(
                    Level.INFO,
                    line("updated") + updated.version().map(FeedLog::version).orElse(""));
        } else if (result instanceof Refused refused) {
            if (isWorthALine(refused.reason(), troubles)) {
                LOG.log(
                        Level.WARNING,
                        line("refused") + " reason=" + refused.reason() + " " + refused.what()
                                + refused.version().map(FeedLog::version).orElse("")
                                + " the last good list stays in force until it expires");
            }
        } else if (result instanceof Failed failed) {
            failed(failed.cause(), troubles);
        }
    }

    void recovered(int troubles) {
        lastTrouble = "";
        LOG.log(Level.INFO, line("recovered") + " after=" + troubles);
    }

    private void failed(Throwable cause, int troubles) {
        String error = quoted(
                cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage()));
        if (isWorthALine(error, troubles)) {
            Level level = troubles < ReleaseFeed.TROUBLES_UNTIL_UNHEALTHY ? Level.WARNING : Level.ERROR;
            String line = line("failed") + " failures=" + troubles + " error=" + error;
            if (cause instanceof IOException) {
                LOG.log(level, line);
            } else {
                LOG.log(level, line, cause);
            }
        }
    }

    private boolean isWorthALine(String trouble, int troubles) {
        boolean worth =
                troubles == 1 || troubles == ReleaseFeed.TROUBLES_UNTIL_UNHEALTHY || !trouble.equals(lastTrouble);
        lastTrouble = trouble;
        return worth;
    }

    private String line(String event) {
        return "event=releases." + event + " source=" + quoted(source);
    }

    private static String version(String version) {
        return " version=" + quoted(version);
    }

    private static String quoted(String text) {
        return '"' + OneLine.of(text).replace('"', '\'') + '"';
    }
}
