package io.attestedmesh.cli.node;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.InsecureAnyRelease;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.AttestationSection;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.cli.telemetry.Telemetry;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.releases.trust.VerifiedList;
import io.attestedmesh.transport.AcceptedPeers;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.ReloadedFiles;
import io.attestedmesh.transport.identity.Upkeep;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Everything that a configuration asks for, made and kept up to date: credentials, roster, policy, revocation lists. What
 * is reloaded runs {@link #onChange}.
 */
public final class NodeParts implements AutoCloseable {
    private final MeshConfig config;
    private final Clock clock;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "amesh-upkeep");
        thread.setDaemon(true);
        return thread;
    });
    private final Telemetry telemetry;
    private final Upkeep upkeep;
    private final NitroVerifier verifier;
    private final NodeCredentials credentials;
    private final Optional<FollowedConfig> followed;
    private final Supplier<Roster> roster;
    private final Optional<NodeReleases> releases;
    private final Supplier<AttestationPolicy> policy;
    private final Optional<ReloadedFiles<RevocationLists>> revocation;
    private final Optional<AcceptedPeers> accepted;

    private NodeParts(MeshConfig config, Optional<ConfigSource> source, Clock clock, NsmSource nsms) throws Exception {
        boolean stays = source.isPresent();
        this.config = config;
        this.clock = clock;
        // first: it tells that the node is starting
        this.telemetry =
                Telemetry.start(config.node(), stays ? config.telemetry().listen() : Optional.empty(), clock);
        this.upkeep = new Upkeep(clock, scheduler, telemetry.meters());
        try {
            NodeAttester attester = NodeAttester.of(config, clock, nsms);
            this.verifier =
                    new NitroVerifier(roots(attester), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
            Roster first = NodeRoster.of(config);
            this.followed = stays ? Optional.of(FollowedConfig.follow(config, source.get(), upkeep)) : Optional.empty();
            this.roster = () -> followed.map(FollowedConfig::roster).orElse(first);
            this.revocation = revocation();
            this.credentials = NodeCredentials.of(config, attester, verifier, upkeep);
            this.accepted = accepted();
            // last: from here on a state file is in use
            this.releases = releases(stays);
            this.policy = policy();
            telemetry.add(credentials);
            followed.ifPresent(telemetry::add);
            releases.ifPresent(telemetry::add);
            revocation.map(RevocationPart::new).ifPresent(telemetry::add);
        } catch (Exception e) {
            scheduler.shutdownNow();
            telemetry.close();
            throw e;
        }
    }

    /** Reads all files and makes the first credentials, for a node; {@code config} is what is in {@code source} now. */
    public static NodeParts ofNode(MeshConfig config, ConfigSource source, Clock clock, NsmSource nsms)
            throws CommandException, IOException {
        return of(config, Optional.of(source), clock, nsms);
    }

    /** The same for a command that a node may run beside: it leaves the node's state as it is, and follows nothing. */
    public static NodeParts ofCommand(MeshConfig config, Clock clock) throws CommandException, IOException {
        return of(config, Optional.empty(), clock, NsmDevice::open);
    }

    private static NodeParts of(MeshConfig config, Optional<ConfigSource> source, Clock clock, NsmSource nsms)
            throws CommandException, IOException {
        try {
            return new NodeParts(config, source, clock, nsms);
        } catch (CommandException | IOException e) {
            throw e;
        } catch (PkiException e) {
            throw CommandException.usage(
                    String.valueOf(e.getMessage()), e.hint().orElse("'amesh doctor --config FILE' shows more"), e);
        } catch (Exception e) {
            throw CommandException.failed(
                    "the node cannot start: " + e.getMessage(), "'amesh doctor --config FILE' shows more", e);
        }
    }

    private static List<TrustedRoot> roots(NodeAttester attester) {
        List<TrustedRoot> roots = new ArrayList<>(List.of(TrustedRoot.awsNitroG1()));
        attester.simulatedRoot().ifPresent(roots::add);
        return roots;
    }

    private Optional<NodeReleases> releases(boolean stays) throws IOException, CommandException {
        if (config.releases().isEmpty()) {
            return Optional.empty();
        }
        ReleasesSection section = config.releases().get();
        return Optional.of(stays ? NodeReleases.follow(section, upkeep) : NodeReleases.once(section, clock));
    }

    private Supplier<AttestationPolicy> policy() {
        AttestationSection attestation = config.attestation();
        AttestationPolicy.Builder builder = AttestationPolicy.builder().maxAge(attestation.maxAge());
        if (attestation.insecureAllowDebug()) {
            builder.insecureAllowDebug();
        }
        if (attestation.simulated().isPresent()) {
            builder.insecureAllowSimulated();
        }
        if (releases.isPresent()) {
            return builder.following(releases.get());
        }
        AttestationPolicy fixed = builder.referenceValues(
                        attestation.insecureAnyRelease() ? new InsecureAnyRelease() : ReferenceValues.NO_RELEASE)
                .build();
        return () -> fixed;
    }

    private Optional<ReloadedFiles<RevocationLists>> revocation() throws Exception {
        List<Path> files = config.tls().crls();
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(ReloadedFiles.watch(
                        "revocation", files, () -> lists(files), ReloadedFiles.DEFAULT_INTERVAL, upkeep));
    }

    private static RevocationLists lists(List<Path> files) throws IOException, PkiException, GeneralSecurityException {
        List<X509CRL> lists = new ArrayList<>();
        for (Path file : files) {
            lists.addAll(Pem.revocationLists(file));
        }
        return RevocationLists.of(lists);
    }

    private Optional<AcceptedPeers> accepted() throws IOException {
        Optional<Path> file = config.telemetry().peerLog();
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(AcceptedPeers.open(
                        file.get(), AcceptedPeers.Durability.OPERATING_SYSTEM, AcceptedPeers.DEFAULT_MAX_BYTES, clock));
    }

    /** For what this node serves. */
    public AttestedTls server() throws GeneralSecurityException, CommandException {
        return tls(credentials.server());
    }

    /** For what this node calls. */
    public AttestedTls client() throws GeneralSecurityException, CommandException {
        return tls(credentials.client());
    }

    private AttestedTls tls(CredentialSource source) throws GeneralSecurityException, CommandException {
        AttestedTls.Builder builder = AttestedTls.builder()
                .engine(engine())
                .credentials(source)
                .roster(roster)
                .verifier(verifier)
                .policy(policy)
                .log(new ConnectionLog(telemetry.meters(), accepted, telemetry.rejections()))
                .clock(clock);
        revocation.ifPresent(builder::revocation);
        return builder.build();
    }

    private TlsEngine engine() throws CommandException {
        TlsEngine engine;
        try {
            engine = config.tls().engine().map(TlsEngine::byName).orElseGet(TlsEngine::preferred);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("[tls] engine: " + e.getMessage(), "'amesh doctor' lists those there are", e);
        }
        Optional<String> unavailable = engine.unavailable();
        if (unavailable.isPresent()) {
            throw CommandException.failed(
                    "[tls] engine " + engine.name() + ": " + unavailable.get(), "'amesh doctor' lists those there are");
        }
        return engine;
    }

    /** Gives {@code taker} the configuration, now and whenever peers or contexts may have changed. */
    void onConfiguration(Consumer<MeshConfig> taker) {
        followed.ifPresent(now -> {
            now.onChange(() -> taker.accept(now.config()));
            taker.accept(now.config()); // it may have changed while this node was starting
        });
    }

    /**
     * Runs {@code listener} when peers, releases or revocation lists have changed: time to look at open connections again.
     */
    public void onChange(Runnable listener) {
        followed.ifPresent(now -> now.onChange(listener));
        releases.ifPresent(list -> list.onChange(listener));
        revocation.ifPresent(files -> files.onChange(listener));
    }

    /** Looks soon at all that is followed: the configuration, certificates, revocation lists, the list of releases. */
    public void lookNow() {
        followed.ifPresent(FollowedConfig::lookNow);
        revocation.ifPresent(ReloadedFiles::lookNow);
        credentials.server().lookNow();
        credentials.client().lookNow();
        releases.ifPresent(NodeReleases::lookNow);
    }

    /** What keeps all that up to date, for more of it. */
    public Upkeep upkeep() {
        return upkeep;
    }

    /** The list of releases in force, where one is configured. */
    public Optional<VerifiedList> list() {
        return releases.map(NodeReleases::current);
    }

    /** What all parts tell about themselves, and where more parts contribute. */
    public Telemetry telemetry() {
        return telemetry;
    }

    /** What is insecure about this configuration, and what is not as it should be, one sentence each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        AttestationSection attestation = config.attestation();
        attestation
                .simulated()
                .ifPresent(folder -> warnings.add("INSECURE: attestation is simulated by " + folder
                        + ", and whoever reads that folder forges it"));
        if (attestation.insecureAnyRelease()) {
            warnings.add("INSECURE: any code of peers is accepted");
        }
        if (attestation.insecureAllowDebug()) {
            warnings.add("INSECURE: debug enclaves are accepted");
        }
        if (config.telemetry().isExposed()) {
            warnings.add("INSECURE: telemetry is plain HTTP on "
                    + config.telemetry().listen().orElseThrow()
                    + ", and whoever reaches it reads names, releases and rejections");
        }
        releases.flatMap(NodeReleases::warning).ifPresent(warnings::add);
        if (config.releases().isPresent() && config.releases().get().state().isEmpty()) {
            warnings.add(
                    "[releases] state is not set: after a restart, only root and minimum-version stop an older list");
        }
        if (config.node().mode() == PeerMode.MANUAL) {
            warnings.add("mode manual: this node proves its certificate alone, not which code it runs");
        }
        return warnings;
    }

    @Override
    public void close() throws IOException {
        credentials.close();
        followed.ifPresent(FollowedConfig::close);
        revocation.ifPresent(ReloadedFiles::close);
        try {
            if (releases.isPresent()) {
                releases.get().close();
            }
        } finally {
            scheduler.shutdownNow();
            telemetry.close();
        }
        if (accepted.isPresent()) {
            accepted.get().close();
        }
    }
}
