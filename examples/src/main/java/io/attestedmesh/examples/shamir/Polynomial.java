package io.attestedmesh.examples.shamir;

import io.attestedmesh.examples.ed25519.Scalar;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A polynomial over the scalars; its text never shows its coefficients, the first of which is the secret. */
public final class Polynomial {
    private final List<Scalar> coefficients;

    private Polynomial(List<Scalar> coefficients) {
        this.coefficients = List.copyOf(coefficients);
    }

    /** The constant term first; zeros at the end stay, so that a random polynomial does not show that it has some. */
    public static Polynomial of(List<Scalar> coefficients) {
        return new Polynomial(coefficients);
    }

    /** {@code degree} random coefficients behind the secret. */
    public static Polynomial random(Scalar secret, int degree, SecureRandom random) {
        List<Scalar> coefficients = new ArrayList<>(degree + 1);
        coefficients.add(secret);
        for (int i = 0; i < degree; i++) {
            coefficients.add(Scalar.random(random));
        }
        return new Polynomial(coefficients);
    }

    public List<Scalar> coefficients() {
        return coefficients;
    }

    public Scalar at(int x) {
        Scalar at = Scalar.of(x);
        Scalar sum = Scalar.ZERO;
        for (int i = coefficients.size() - 1; i >= 0; i--) {
            sum = sum.times(at).plus(coefficients.get(i));
        }
        return sum;
    }

    /** -1 for the zero polynomial. */
    int degree() {
        int degree = coefficients.size() - 1;
        while (degree >= 0 && coefficients.get(degree).isZero()) {
            degree--;
        }
        return degree;
    }

    Polynomial plus(Polynomial other) {
        List<Scalar> sum = zeros(Math.max(coefficients.size(), other.coefficients.size()));
        addInto(sum, this, 0, Scalar.ONE);
        addInto(sum, other, 0, Scalar.ONE);
        return new Polynomial(sum);
    }

    Polynomial minus(Polynomial other) {
        return plus(other.times(new Polynomial(List.of(Scalar.ONE.negated()))));
    }

    Polynomial times(Polynomial other) {
        List<Scalar> product = zeros(coefficients.size() + other.coefficients.size());
        for (int i = 0; i <= degree(); i++) {
            addInto(product, other, i, coefficients.get(i));
        }
        return new Polynomial(product).trimmed();
    }

    /** The quotient and the remainder by a polynomial that is not zero. */
    Division dividedBy(Polynomial divisor) {
        int low = divisor.degree();
        Scalar inverse = divisor.coefficients.get(low).inverse();
        List<Scalar> rest = new ArrayList<>(coefficients);
        List<Scalar> quotient = zeros(Math.max(degree() - low + 1, 0));
        for (int shift = quotient.size() - 1; shift >= 0; shift--) {
            Scalar factor = rest.get(low + shift).times(inverse);
            quotient.set(shift, factor);
            addInto(rest, divisor, shift, factor.negated());
        }
        return new Division(new Polynomial(quotient), new Polynomial(rest).trimmed());
    }

    record Division(Polynomial quotient, Polynomial remainder) {}

    private Polynomial trimmed() {
        return new Polynomial(coefficients.subList(0, degree() + 1));
    }

    /** Adds {@code factor} times x^shift times {@code summand}. */
    private static void addInto(List<Scalar> sum, Polynomial summand, int shift, Scalar factor) {
        for (int i = 0; i <= summand.degree(); i++) {
            sum.set(
                    i + shift,
                    sum.get(i + shift).plus(summand.coefficients.get(i).times(factor)));
        }
    }

    private static List<Scalar> zeros(int size) {
        return new ArrayList<>(Collections.nCopies(size, Scalar.ZERO));
    }

    @Override
    public String toString() {
        return "polynomial of " + coefficients.size() + " coefficients";
    }
}
