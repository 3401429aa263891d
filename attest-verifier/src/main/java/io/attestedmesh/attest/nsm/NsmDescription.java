package io.attestedmesh.attest.nsm;

import java.util.NavigableSet;

/**
 * The answer to DescribeNSM.
 *
 * @param moduleId instance id, {@code -enc}, and 16 hexadecimal digits
 * @param version of the module, as in {@code 1.0.0}
 * @param maxPcrs number of registers, 32
 * @param lockedPcrs indices that nothing can change any more; exactly these stand in documents
 * @param digest always {@code SHA384}
 */
public record NsmDescription(
        String moduleId, String version, int maxPcrs, NavigableSet<Integer> lockedPcrs, String digest) {}
