package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.policy.InsecureAnyRelease;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.evidence.Verdict.Outcome;
import io.attestedmesh.cli.trust.ListFile;
import io.attestedmesh.cli.trust.TrustAnchor;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.trust.ListedReleases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh evidence verify}. */
@Command(
        name = "verify",
        description = {
            "Verify attestation documents: root, chain, signature, time, then which code they speak of.",
            "Exactly one of --pcr, --releases and --insecure-any-release says which code is accepted."
        },
        sortOptions = false,
        footer = {"", "Exit status: 0 all accepted, 1 some rejected, 2 some malformed (before 1), 3 a file unreadable."
        })
final class Verify implements Verb {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "A document in binary, base64, base64url or hex, or a certificate in PEM or DER with evidence"
                    + " in it; - is standard input.")
    private List<String> files;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "now",
            description = "now (default), document (the time the document gives: for audits), or an instant such as"
                    + " 2026-01-31T12:00:00Z.")
    private String time;

    @Option(
            names = "--root",
            paramLabel = "aws|PEM",
            description = "Root to trust, may be repeated: aws (default) or a file with one certificate.")
    private List<String> roots = List.of();

    @Option(
            names = "--pcr",
            paramLabel = "N=HEX",
            description = "Register that must have this value; repeated, all must. 0 or 8 is among them.")
    private List<String> pcrs = List.of();

    @Option(
            names = "--releases",
            paramLabel = "FILE",
            description = "A published bundle or a signed list: its releases are accepted. With --trust-root.")
    private Optional<Path> releases = Optional.empty();

    @Option(
            names = "--trust-root",
            paramLabel = "FILE",
            description = "The trust root that --releases is verified under.")
    private Optional<Path> trustRoot = Optional.empty();

    @Option(names = "--nonce", paramLabel = "HEX", description = "Nonce that the document must have.")
    private Optional<String> nonce = Optional.empty();

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description = "Key that the document must have: a public key or certificate, PEM or DER.")
    private Optional<Path> publicKey = Optional.empty();

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    @Option(names = "--insecure-any-release", description = "Accept any code: proves an enclave, not what it runs.")
    private boolean insecureAnyRelease;

    @Option(names = "--insecure-allow-debug", description = "Accept debug enclaves, whose operator reads their memory.")
    private boolean insecureAllowDebug;

    @Option(
            names = "--insecure-simulated-root",
            paramLabel = "DIR",
            description = "Accept evidence of the software Nitro with this state folder too.")
    private Optional<Path> insecureSimulatedRoot = Optional.empty();

    Verify(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, RejectedReleasesException {
        CryptoProvider crypto = CryptoProvider.fastest();
        NitroVerifier verifier =
                new NitroVerifier(Roots.of(roots, insecureSimulatedRoot), crypto, NitroVerifier.DEFAULT_CLOCK_SKEW);
        Verification verification =
                new Verification(verifier, policy(), claims(), VerificationTime.parse(time, terminal.clock()));
        warnOfInsecure();
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (String file : files) {
            Verdict verdict = verdict(verification, file);
            counts.merge(verdict.outcome(), 1, Integer::sum);
            print(verdict, crypto.name());
        }
        return summary(counts);
    }

    private Verdict verdict(Verification verification, String file) throws IOException {
        try {
            return verification.of(EvidenceFile.read(file, terminal.in()));
        } catch (UnreadableInputException e) {
            return Verdict.malformed(file, e);
        }
    }

    private AttestationPolicy policy() throws CommandException, IOException, RejectedReleasesException {
        AttestationPolicy.Builder policy = AttestationPolicy.builder().referenceValues(referenceValues());
        if (insecureAllowDebug) {
            policy.insecureAllowDebug();
        }
        if (insecureSimulatedRoot.isPresent()) {
            policy.insecureAllowSimulated();
        }
        return policy.build();
    }

    private ReferenceValues referenceValues() throws CommandException, IOException, RejectedReleasesException {
        int given = (pcrs.isEmpty() ? 0 : 1) + (releases.isPresent() ? 1 : 0) + (insecureAnyRelease ? 1 : 0);
        if (given != 1) {
            throw CommandException.usage(
                    given == 0
                            ? "nothing says which code is accepted, so nothing would be"
                            : "--pcr, --releases and --insecure-any-release exclude each other",
                    "give --pcr N=HEX (as often as needed), or --releases FILE --trust-root FILE, or --insecure-any-release");
        }
        if (releases.isPresent() != trustRoot.isPresent()) {
            throw CommandException.usage(
                    "--releases and --trust-root go together: a list is worth what its signatures are",
                    "give --releases bundle.json --trust-root trust-root.json");
        }
        if (releases.isPresent()) {
            SignedRoot anchor = TrustAnchor.read(trustRoot.get());
            return ListedReleases.of(
                    ListFile.verify(releases.get(), anchor, terminal.clock().instant()));
        }
        if (insecureAnyRelease) {
            return new InsecureAnyRelease();
        }
        PcrMatch match = PcrMatch.of(pcrs);
        match.warning().ifPresent(terminal::warn);
        return match;
    }

    private ExpectedClaims claims() throws CommandException, IOException {
        Optional<Bytes> key =
                publicKey.isPresent() ? Optional.of(PublicKeyFile.read(publicKey.get())) : Optional.empty();
        return new ExpectedClaims(key, expectedNonce(), Optional.empty());
    }

    private Optional<Bytes> expectedNonce() throws CommandException {
        if (nonce.isEmpty()) {
            return Optional.empty();
        }
        try {
            Bytes value = Bytes.fromHex(nonce.get());
            if (!value.isEmpty()) {
                return Optional.of(value);
            }
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--nonce is not hexadecimal: " + e.getMessage(), "write --nonce HEX", e);
        }
        throw CommandException.usage("--nonce is empty, and would match anything", "write --nonce HEX");
    }

    private void warnOfInsecure() {
        if (insecureAnyRelease) {
            terminal.warn("--insecure-any-release: any code is accepted");
        }
        if (insecureAllowDebug) {
            terminal.warn("--insecure-allow-debug: enclaves whose memory their operator reads are accepted");
        }
        if (insecureSimulatedRoot.isPresent()) {
            terminal.warn("--insecure-simulated-root: simulated evidence is accepted; it proves no hardware");
        }
    }

    private void print(Verdict verdict, String provider) {
        if (json) {
            terminal.json(verdict.json(provider));
        } else {
            verdict.lines().forEach(terminal::print);
        }
    }

    private ExitStatus summary(Map<Outcome, Integer> counts) {
        if (files.size() > 1) {
            terminal.say(String.format(
                    "%d accepted, %d rejected, %d malformed",
                    counts.getOrDefault(Outcome.ACCEPTED, 0),
                    counts.getOrDefault(Outcome.REJECTED, 0),
                    counts.getOrDefault(Outcome.MALFORMED, 0)));
        }
        Outcome worst = Collections.max(counts.keySet());
        return switch (worst) {
            case ACCEPTED -> ExitStatus.DONE;
            case REJECTED -> ExitStatus.REJECTED;
            case MALFORMED -> ExitStatus.USAGE;
        };
    }
}
