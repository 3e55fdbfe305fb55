namespace Cairn.Tensors;

/// <summary>Element formats of model files, with the numbers that GGUF stores.</summary>
/// <remarks>
/// Numbers of <c>enum ggml_type</c> as the GGUF specification lists them. Retired numbers (4, 5, 31–33, 36–38) are
/// absent. A listed type need not have kernels: the table of block formats says which have.
/// </remarks>
public enum GgmlType
{
    /// <summary>IEEE 754 single precision.</summary>
    F32 = 0,

    /// <summary>IEEE 754 half precision.</summary>
    F16 = 1,

    /// <summary>4 bits, 32 values a block, f16 scale.</summary>
    Q4_0 = 2,

    /// <summary>4 bits, 32 values a block, f16 scale and minimum.</summary>
    Q4_1 = 3,

    /// <summary>5 bits, 32 values a block, f16 scale.</summary>
    Q5_0 = 6,

    /// <summary>5 bits, 32 values a block, f16 scale and minimum.</summary>
    Q5_1 = 7,

    /// <summary>8 bits, 32 values a block, f16 scale.</summary>
    Q8_0 = 8,

    /// <summary>8 bits, 32 values a block, f16 scale and scaled sum; activations only.</summary>
    Q8_1 = 9,

    /// <summary>2 bits, 256 values a block, 4-bit scales and minima per 16.</summary>
    Q2_K = 10,

    /// <summary>3 bits, 256 values a block, 6-bit scales per 16.</summary>
    Q3_K = 11,

    /// <summary>4 bits, 256 values a block, 6-bit scales and minima per 32.</summary>
    Q4_K = 12,

    /// <summary>5 bits, 256 values a block, 6-bit scales and minima per 32.</summary>
    Q5_K = 13,

    /// <summary>6 bits, 256 values a block, 8-bit scales per 16.</summary>
    Q6_K = 14,

    /// <summary>8 bits, 256 values a block, f32 scale and sums of 16; activations only.</summary>
    Q8_K = 15,

    /// <summary>About 2 bits, 256 values a block, from a table of lattice points.</summary>
    IQ2_XXS = 16,

    /// <summary>About 2.3 bits, 256 values a block, from a table of lattice points.</summary>
    IQ2_XS = 17,

    /// <summary>About 3 bits, 256 values a block, from a table of lattice points.</summary>
    IQ3_XXS = 18,

    /// <summary>About 1.6 bits, 256 values a block, from a table of lattice points.</summary>
    IQ1_S = 19,

    /// <summary>Non-linear 4 bits, 32 values a block, f16 scale.</summary>
    IQ4_NL = 20,

    /// <summary>About 3.4 bits, 256 values a block, from a table of lattice points.</summary>
    IQ3_S = 21,

    /// <summary>About 2.6 bits, 256 values a block, from a table of lattice points.</summary>
    IQ2_S = 22,

    /// <summary>Non-linear 4 bits, 256 values a block, 6-bit scales per 32.</summary>
    IQ4_XS = 23,

    /// <summary>Signed 8-bit integer.</summary>
    I8 = 24,

    /// <summary>Signed 16-bit integer.</summary>
    I16 = 25,

    /// <summary>Signed 32-bit integer.</summary>
    I32 = 26,

    /// <summary>Signed 64-bit integer.</summary>
    I64 = 27,

    /// <summary>IEEE 754 double precision.</summary>
    F64 = 28,

    /// <summary>About 1.75 bits, 256 values a block, from a table of lattice points.</summary>
    IQ1_M = 29,

    /// <summary>bfloat16: the upper half of a single.</summary>
    BF16 = 30,

    /// <summary>Ternary, 1.7 bits, 256 values a block.</summary>
    TQ1_0 = 34,

    /// <summary>Ternary, 2 bits, 256 values a block.</summary>
    TQ2_0 = 35,

    /// <summary>4-bit floats with a shared power of two per 32 values.</summary>
    MXFP4 = 39,
}
