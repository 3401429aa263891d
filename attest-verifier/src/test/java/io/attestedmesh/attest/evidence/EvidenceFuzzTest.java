package io.attestedmesh.attest.evidence;

import com.code_intelligence.jazzer.junit.FuzzTest;

class EvidenceFuzzTest {
    @FuzzTest
    void document(byte[] input) {
        try {
            AttestationDocument.parse(Bytes.of(input));
        } catch (MalformedEvidenceException e) {
            // fine
        }
    }
}
