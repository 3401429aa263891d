package io.attestedmesh.cli.doctor;

import io.attestedmesh.attest.x509.PathValidator;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.SignatureAlgorithms;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.TlsSection.KeyFiles;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of {@code [tls]}: do they load, belong together, name this node, and last. */
final class CertificateChecks {
    /** A renewal is due after two thirds of a certificate's life. */
    private static final int LAST_PART = 3;

    private final MeshConfig config;
    private final Instant now;

    CertificateChecks(MeshConfig config, Instant now) {
        this.config = config;
        this.now = now;
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        Optional<TrustAnchors> anchors = Optional.empty();
        if (config.tls().ca().isPresent()) {
            Path file = config.tls().ca().get();
            try {
                anchors = Optional.of(TrustAnchors.of(Pem.certificates(file)));
                findings.add(dates("ca", anchors.get().certificates()));
            } catch (CertificateException | PemException e) {
                findings.add(Finding.fault("ca", file + ": " + e.getMessage(), "'amesh pki ca' makes a right one"));
            } catch (IOException e) {
                findings.add(unreadable("ca", file));
            }
        }
        for (Path file : config.tls().crls()) {
            findings.add(revocationList(file));
        }
        add(findings, "server certificate", config.tls().server(), anchors, PathValidator.Usage.SERVER);
        add(findings, "client certificate", config.tls().client(), anchors, PathValidator.Usage.CLIENT);
        config.tls().issuer().ifPresent(files -> findings.add(pair("issuer", files)));
        return findings;
    }

    private void add(
            List<Finding> findings,
            String check,
            Optional<KeyFiles> files,
            Optional<TrustAnchors> anchors,
            PathValidator.Usage usage) {
        if (files.isEmpty()) {
            return;
        }
        Finding loaded = pair(check, files.get());
        findings.add(loaded);
        if (loaded.level() != Finding.Level.FAULT) {
            path(check, files.get().certificate(), anchors, usage).ifPresent(findings::add);
        }
    }

    /** Loads a certificate and its key: readable, one pair, in their time. */
    private Finding pair(String check, KeyFiles files) {
        try {
            List<X509Certificate> chain = Pem.certificates(files.certificate());
            if (PrivateKeys.isEncrypted(files.key())) {
                return Finding.warning(
                        check,
                        "the key " + files.key() + " is encrypted and was not compared",
                        "'amesh pki verify' compares them");
            }
            if (!PrivateKeys.matches(PrivateKeys.load(files.key()), chain.get(0).getPublicKey())) {
                return Finding.fault(
                        check, files.key() + " is not the key of " + files.certificate(), "they come in pairs");
            }
            return dates(check, chain);
        } catch (PemException e) {
            return Finding.fault(check, e.getMessage(), e.hint().orElse("'amesh pki' makes certificates and keys"));
        } catch (IOException e) {
            return unreadable(check, files.certificate() + " or " + files.key());
        }
    }

    /** Peers judge it like this: path, usage and name. */
    private Optional<Finding> path(
            String check, Path certificate, Optional<TrustAnchors> anchors, PathValidator.Usage usage) {
        try {
            List<X509Certificate> chain = Pem.certificates(certificate);
            config.node().name().requireNamedBy(chain.get(0));
            if (anchors.isPresent()) {
                new PathValidator(anchors.get(), RevocationLists.NONE, SignatureAlgorithms.STANDARD)
                        .validate(chain, usage, now);
            }
            return Optional.empty();
        } catch (RejectedCertificateException e) {
            return Optional.of(Finding.fault(
                    check + " path",
                    e.reason().name() + ": expected " + e.expected() + ", actual " + e.actual(),
                    "peers would refuse it; 'amesh pki verify' shows more"));
        } catch (PemException | IOException e) {
            return Optional.of(unreadable(check, certificate));
        }
    }

    private Finding dates(String check, List<X509Certificate> chain) {
        for (X509Certificate certificate : chain) {
            Instant from = certificate.getNotBefore().toInstant();
            Instant to = certificate.getNotAfter().toInstant();
            String who = certificate.getSubjectX500Principal().getName();
            if (now.isBefore(from) || now.isAfter(to)) {
                return Finding.fault(
                        check, who + " is valid from " + from + " to " + to, "issue a new one, or set the clock");
            }
            if (Duration.between(now, to).multipliedBy(LAST_PART).compareTo(Duration.between(from, to)) < 0) {
                return Finding.warning(check, who + " ends " + to, "two thirds of its life are over: issue a new one");
            }
        }
        X509Certificate first = chain.get(0);
        return Finding.ok(
                check,
                first.getSubjectX500Principal().getName() + " until "
                        + first.getNotAfter().toInstant());
    }

    private Finding revocationList(Path file) {
        try {
            var lists = Pem.revocationLists(file);
            boolean old = lists.stream()
                    .anyMatch(list -> list.getNextUpdate() == null
                            || now.isAfter(list.getNextUpdate().toInstant()));
            return old
                    ? Finding.fault("crl", file + " is out of date", "'amesh pki crl' makes a new one")
                    : Finding.ok(
                            "crl",
                            file + " until " + lists.get(0).getNextUpdate().toInstant());
        } catch (PemException e) {
            return Finding.fault("crl", e.getMessage(), "'amesh pki crl' makes one");
        } catch (IOException e) {
            return unreadable("crl", file);
        }
    }

    private static Finding unreadable(String check, Object what) {
        return Finding.fault(check, "cannot be read: " + what, "correct [tls] in the configuration");
    }
}
