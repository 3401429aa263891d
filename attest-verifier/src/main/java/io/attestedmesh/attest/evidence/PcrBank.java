package io.attestedmesh.attest.evidence;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The registers of one document by index, sparse as the document has them. */
public final class PcrBank {
    private final SortedMap<Integer, Bytes> values;

    private PcrBank(SortedMap<Integer, Bytes> values) {
        this.values = values;
    }

    /** Copies {@code values}; indices and sizes must be those of {@link Pcr}. */
    public static PcrBank of(Map<Integer, Bytes> values) {
        SortedMap<Integer, Bytes> sorted = new TreeMap<>();
        values.forEach((index, value) -> sorted.put(index, new Pcr(index, value).value()));
        return new PcrBank(Collections.unmodifiableSortedMap(sorted));
    }

    /** The value of register {@code index}, empty where the document does not list it. */
    public Optional<Bytes> get(int index) {
        return Optional.ofNullable(values.get(index));
    }

    /** All registers in the order of their index, unmodifiable. */
    public SortedMap<Integer, Bytes> values() {
        return values;
    }

    /**
     * True of an enclave in debug mode: PCR0 is all zero. PCR3 and PCR4 are not zero there, so "all registers are zero"
     * would miss every debug enclave.
     */
    public boolean isDebug() {
        return get(0).map(Bytes::isZero).orElse(false);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PcrBank that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
