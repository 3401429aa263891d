package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Map;

/** Data keys of one value, for what is about envelopes and not about KMS. */
record LocalKeys(Bytes plaintext) implements DataKeys {
    static final LocalKeys ONE = new LocalKeys(Bytes.of(new byte[DataKey.SIZE]));

    @Override
    public DataKey generate(KeyArn key, Map<String, String> context) {
        return new DataKey(SecretBytes.of(plaintext.toByteArray()), Bytes.of(new byte[] {1, 2, 3}));
    }
}
