package io.attestedmesh.releases.audit;

import java.math.BigInteger;
import java.util.Comparator;

/** Precedence of semantic versions (semver.org, 2.0.0, section 11), of texts that are such. */
final class VersionOrder implements Comparator<String> {
    static final VersionOrder INSTANCE = new VersionOrder();

    private VersionOrder() {}

    @Override
    public int compare(String a, String b) {
        String left = withoutBuild(a);
        String right = withoutBuild(b);
        int core = identifiers(core(left), core(right));
        if (core != 0) {
            return core;
        }
        String leftPre = preRelease(left);
        String rightPre = preRelease(right);
        if (leftPre.isEmpty() || rightPre.isEmpty()) {
            // A version precedes no pre-release of itself.
            return Boolean.compare(leftPre.isEmpty(), rightPre.isEmpty());
        }
        return identifiers(leftPre, rightPre);
    }

    private static String withoutBuild(String version) {
        int plus = version.indexOf('+');
        return plus < 0 ? version : version.substring(0, plus);
    }

    private static String core(String version) {
        int hyphen = version.indexOf('-');
        return hyphen < 0 ? version : version.substring(0, hyphen);
    }

    private static String preRelease(String version) {
        int hyphen = version.indexOf('-');
        return hyphen < 0 ? "" : version.substring(hyphen + 1);
    }

    private static int identifiers(String a, String b) {
        String[] left = a.split("\\.", -1);
        String[] right = b.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = identifier(left[i], right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static int identifier(String a, String b) {
        boolean leftIsNumber = isNumber(a);
        boolean rightIsNumber = isNumber(b);
        if (leftIsNumber && rightIsNumber) {
            return new BigInteger(a).compareTo(new BigInteger(b));
        }
        return leftIsNumber == rightIsNumber ? a.compareTo(b) : Boolean.compare(rightIsNumber, leftIsNumber);
    }

    private static boolean isNumber(String identifier) {
        return !identifier.isEmpty() && identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
