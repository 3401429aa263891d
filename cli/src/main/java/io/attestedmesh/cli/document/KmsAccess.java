package io.attestedmesh.cli.document;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.secrets.AwsSettings;
import io.attestedmesh.enclave.secrets.SecretsException;
import io.attestedmesh.enclave.secrets.SecretsReason;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a command reaches AWS KMS: the options that say so, and what it says where that fails. */
public final class KmsAccess {
    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "AWS region. Default: the key's, where its ARN is given, else as the SDK finds it.")
    private Optional<String> region = Optional.empty();

    @Option(names = "--endpoint", paramLabel = "URL", description = "A KMS other than AWS's own, https.")
    private Optional<String> endpoint = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "PEM",
            description = "Who vouches for that KMS. Default: the platform's authorities.")
    private Optional<Path> authorities = Optional.empty();

    /** As the options say; {@code ofKey} is the region where they do not. */
    public AwsSettings settings(Optional<String> ofKey) throws IOException, CommandException {
        return settings(region.or(() -> ofKey), endpoint, authorities);
    }

    /**
     * What is left out is as the SDK finds it.
     *
     * @param authorities PEM file of those who vouch for the server
     */
    public static AwsSettings settings(Optional<String> region, Optional<String> endpoint, Optional<Path> authorities)
            throws IOException, CommandException {
        try {
            AwsSettings settings = AwsSettings.DEFAULTS;
            if (region.isPresent()) {
                settings = settings.withRegion(region.get());
            }
            if (endpoint.isPresent()) {
                settings = settings.withEndpoint(URI.create(endpoint.get()));
            }
            return authorities.isPresent() ? settings.withAuthorities(Pem.certificates(authorities.get())) : settings;
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "", e);
        } catch (PkiException e) {
            throw CommandException.usage(e.getMessage(), e.hint().orElse(""), e);
        }
    }

    /**
     * A refusal of KMS is a rejection, all else a failure.
     *
     * @param what did not happen, as in {@code "not sealed"}
     * @param hint what to do about a refusal
     */
    public static CommandException failure(String what, SecretsException e, String hint) {
        Reason reason = e.reason();
        return reason == SecretsReason.ACCESS_DENIED
                ? CommandException.rejected("KMS does not allow it", reason.name(), e.expected(), e.actual(), hint)
                : CommandException.failed(what + ": " + e.getMessage(), "", e);
    }
}
