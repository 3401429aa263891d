package io.attestedmesh.enclave.secrets;

import java.util.Map;

/** Where fresh data keys come from: {@link AttestedKms} inside an enclave, {@link OperatorKms} outside. */
@FunctionalInterface
public interface DataKeys {
    /**
     * A new AES-256 key.
     *
     * @param context the encryption context: bound to the encrypted key, not secret, written to the audit log of AWS;
     *     the same must be given to decrypt it
     */
    DataKey generate(KeyArn key, Map<String, String> context) throws SecretsException;
}
