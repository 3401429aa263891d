package io.attestedmesh.cli.node;

import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.transport.identity.ReloadedFiles;
import io.attestedmesh.transport.identity.Upkeep;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The configuration of a running node, which is looked at again whenever it changes: peers and contexts are taken over, all
 * else needs another start.
 */
final class FollowedConfig implements StatusPart, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FollowedConfig.class.getName());

    /** What is the same at two looks is taken over. */
    private static final Duration INTERVAL = ReloadedFiles.DEFAULT_INTERVAL.dividedBy(2);

    private static final Map<String, Function<MeshConfig, Object>> FIXED = new LinkedHashMap<>();

    static {
        FIXED.put("node", MeshConfig::node);
        FIXED.put("tls", MeshConfig::tls);
        FIXED.put("attestation", MeshConfig::attestation);
        FIXED.put("releases", MeshConfig::releases);
        FIXED.put("mpc", MeshConfig::mpc);
        FIXED.put("canary", MeshConfig::canary);
        FIXED.put("telemetry", MeshConfig::telemetry);
    }

    /**
     * What is in force.
     *
     * @param ignored sections that say something else than when the node started
     */
    private record InForce(MeshConfig config, Roster roster, List<String> ignored) {}

    private final ReloadedFiles<InForce> files;

    private FollowedConfig(ReloadedFiles<InForce> files) {
        this.files = files;
    }

    /** @param started what the node has started with */
    static FollowedConfig follow(MeshConfig started, ConfigSource source, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        return new FollowedConfig(ReloadedFiles.watchSettled(
                "configuration", List.of(source.file()), () -> read(started, source), INTERVAL, upkeep));
    }

    private static InForce read(MeshConfig started, ConfigSource source)
            throws IOException, PkiException, GeneralSecurityException {
        try {
            MeshConfig now = source.load();
            if (now.peers().isEmpty() && !started.peers().isEmpty()) {
                // then every node under the CA might connect, and nobody shall get there by a file that is half written
                throw CommandException.usage(
                        "all [[peers]] are gone", "start the node again if every node under [tls] ca may connect");
            }
            List<String> ignored = FIXED.entrySet().stream()
                    .filter(section -> !section.getValue()
                            .apply(now)
                            .equals(section.getValue().apply(started)))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!ignored.isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "event=config.ignored sections=" + ignored + " until the node is started again");
            }
            MeshConfig merged = started.with(now);
            return new InForce(merged, NodeRoster.of(merged), ignored);
        } catch (CommandException e) {
            throw new IOException(e.getMessage() + ": " + e.hint(), e);
        }
    }

    /** Who may talk to this node. */
    Roster roster() {
        return files.get().roster();
    }

    MeshConfig config() {
        return files.get().config();
    }

    /** Runs {@code listener} after each change. */
    void onChange(Runnable listener) {
        files.onChange(listener);
    }

    /** Looks at the file soon. */
    void lookNow() {
        files.lookNow();
    }

    @Override
    public String name() {
        return "configuration";
    }

    @Override
    public Map<String, ?> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("reloading", files.healthy());
        status.put("peers", config().peers().size());
        status.put("needsRestart", files.get().ignored());
        return status;
    }

    @Override
    public List<String> failing() {
        return files.healthy()
                ? List.of()
                : List.of("the configuration is broken, and the last good peers and contexts stay: the log says why");
    }

    @Override
    public void close() {
        files.close();
    }
}
