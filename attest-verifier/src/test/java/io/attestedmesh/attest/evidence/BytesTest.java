package io.attestedmesh.attest.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void sha384_ofNothing_isTheKnownDigest() {
        assertThat(Bytes.EMPTY.sha384().hex())
                .isEqualTo("38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743"
                        + "4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b");
    }
}
