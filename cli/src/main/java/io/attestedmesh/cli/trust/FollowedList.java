package io.attestedmesh.cli.trust;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.source.Fetched;
import io.attestedmesh.releases.source.ReleaseSource;
import io.attestedmesh.releases.source.SourceLocation;
import io.attestedmesh.releases.source.SourceSettings;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.attestedmesh.releases.trust.VerifiedList;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PemException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The list of a configuration: what was accepted of it so far, and where the next version comes from. */
public final class FollowedList implements Closeable {
    private final TrustedReleases releases;
    private final ReleaseSource source;
    private final Optional<StateCopy> copy;

    private FollowedList(TrustedReleases releases, ReleaseSource source, Optional<StateCopy> copy) {
        this.releases = releases;
        this.source = source;
        this.copy = copy;
    }

    /** For the one process that the configured state belongs to. */
    public static FollowedList open(ReleasesSection section, Clock clock) throws IOException, CommandException {
        ReleaseSource source = source(section);
        return new FollowedList(trusted(section, section.state(), clock), source, Optional.empty());
    }

    /** For a command beside that process: it knows what the state says, and leaves it as it is. */
    public static FollowedList openBeside(ReleasesSection section, Clock clock) throws IOException, CommandException {
        if (section.state().isEmpty()) {
            return open(section, clock);
        }
        ReleaseSource source = source(section);
        StateCopy copy = StateCopy.of(section.state().get());
        try {
            return new FollowedList(trusted(section, Optional.of(copy.file()), clock), source, Optional.of(copy));
        } catch (IOException | CommandException e) {
            copy.close();
            throw e;
        }
    }

    private static TrustedReleases trusted(ReleasesSection section, Optional<Path> state, Clock clock)
            throws IOException, CommandException {
        String what = "[releases] state " + section.state().map(Path::toString).orElse("");
        return ClientState.open(TrustAnchor.requirements(section), state, what, clock);
    }

    private static ReleaseSource source(ReleasesSection section) throws IOException, CommandException {
        SourceSettings settings = SourceSettings.upTo(Bundle.MAX_BYTES);
        if (section.proxy().isPresent()) {
            Address proxy = section.proxy().get();
            settings = settings.withProxy(InetSocketAddress.createUnresolved(proxy.host(), proxy.port()));
        }
        if (section.ca().isPresent()) {
            settings = settings.withAuthorities(authorities(section.ca().get()));
        }
        return SourceLocation.parse(section.source()).open(settings);
    }

    private static List<X509Certificate> authorities(Path file) throws IOException, CommandException {
        try {
            return Pem.certificates(file);
        } catch (PemException e) {
            throw CommandException.usage(
                    "[releases] ca: " + e.getMessage(), e.hint().orElse("it takes certificates in PEM"), e);
        }
    }

    public TrustedReleases releases() {
        return releases;
    }

    public ReleaseSource source() {
        return source;
    }

    /** Fetches what is published now, and takes it over if it is accepted. */
    public VerifiedList fetch() throws IOException, RejectedReleasesException, MalformedReleasesException {
        Fetched published = source.fetch();
        releases.offer(published.content());
        return releases.current().orElseThrow();
    }

    /**
     * The list that the state had, or else one that is fetched.
     *
     * @throws CommandException if there is neither
     */
    public VerifiedList require() throws CommandException {
        if (releases.current().isPresent()) {
            return releases.current().get();
        }
        String nothing = "there is no list of releases to begin with: ";
        try {
            return fetch();
        } catch (IOException e) {
            throw CommandException.failed(
                    nothing + source.describe() + ": " + e.getMessage(),
                    "[releases] source says where the list is published, 'amesh doctor' looks at it",
                    e);
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(
                    nothing + source.describe() + ": " + e.getMessage(), "'amesh release publish' makes bundles", e);
        } catch (RejectedReleasesException e) {
            throw CommandException.rejected(
                    nothing + "that of " + source.describe() + " is refused",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    "'amesh release verify' and docs/releases.md say more");
        }
    }

    /**
     * Takes what is published now, or else the list that the state had.
     *
     * @return why it is the latter, if it is
     * @throws CommandException if there is neither
     */
    public Optional<String> renew() throws CommandException {
        if (releases.current().isEmpty()) {
            require();
            return Optional.empty();
        }
        VerifiedList known = releases.current().get();
        try {
            fetch();
            return Optional.empty();
        } catch (IOException | MalformedReleasesException | RejectedReleasesException e) {
            return Optional.of("the list of releases that is published is not taken, version " + known.version()
                    + ", which the state had, is used: " + source.describe() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        releases.close();
        if (copy.isPresent()) {
            copy.get().close();
        }
    }
}
