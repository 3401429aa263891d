package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.ACCESS_DENIED;
import static io.attestedmesh.enclave.secrets.SecretsReason.REFUSED;
import static io.attestedmesh.enclave.secrets.SecretsReason.UNAVAILABLE;
import static io.attestedmesh.enclave.secrets.SecretsReason.UNTRUSTED_SERVER;

import io.attestedmesh.attest.evidence.OneLine;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the SDK throws, by what its user can do about it. Of what a server says, its code alone is shown. */
final class AwsFailure {
    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERRORS = 500;

    private AwsFailure() {}

    /** @param service as in {@code KMS}, for the message */
    static SecretsException of(String service, SdkException failure) {
        if (failure instanceof AwsServiceException said) {
            return said(service, said);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return new SecretsException(
                        UNTRUSTED_SERVER,
                        service + " with a certificate that is trusted here",
                        OneLine.of(String.valueOf(cause.getMessage())),
                        failure);
            }
        }
        return new SecretsException(
                UNAVAILABLE, "an answer of " + service, OneLine.of(String.valueOf(failure.getMessage())), failure);
    }

    private static SecretsException said(String service, AwsServiceException said) {
        String actual = "HTTP status " + said.statusCode() + ", " + code(said);
        if (said.isThrottlingException() || said.statusCode() >= SERVER_ERRORS) {
            return new SecretsException(UNAVAILABLE, "an answer of " + service, actual, said);
        }
        if (code(said).startsWith("AccessDenied") || said.statusCode() == FORBIDDEN) {
            return new SecretsException(ACCESS_DENIED, service + " to allow it", actual, said);
        }
        return new SecretsException(REFUSED, service + " to do it", actual, said);
    }

    static String code(AwsServiceException said) {
        String code =
                said.awsErrorDetails() == null ? null : said.awsErrorDetails().errorCode();
        return code == null ? "no code" : OneLine.of(code);
    }
}
