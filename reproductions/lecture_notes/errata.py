"""What was found in the lecture notes and in the sources they rest on: the data behind docs/errata.md.

`SLIPS` are statements of the five lecture notes that do not hold as they stand, `SOURCES` those of the papers
and programs behind them, `HELD` statements that were doubted or recomputed and are right. The numbers are
fixed: reproductions and pages refer to them.
"""

from reproductions.lecture_notes.evidence import Finding, Judged, Value

BY_HAND, COUNTS, CHECK, DATA = "backprop_by_hand", "parameter_counts", "gradient_check", "data_facts"
VANISHING, DEPTH, DEPTHS, RATE = (
    "vanishing_gradient",
    "mnist_depth",
    "mnist_depth_sigmoid_relu",
    "learning_rate",
)
SLIP_TESTS = "tests/reproductions/test_slips.py::test_"
MNIST, CIFAR, SEMEION = "data-facts-MNIST: ", "data-facts-CIFAR-10: ", "data-facts-SEMEION: "
RECOMPUTED = "Computed again in double precision."
COUNTED = "Counted from the built network."


def judged(reproduction, *claims):
    """The verdicts of one reproduction on these claims."""
    return tuple(Judged(reproduction, claim) for claim in claims)


SLIPS = (
    Finding(
        "1",
        "misprint",
        "Two digits of a hidden unit's output",
        "lecture note 001, line 1130",
        "The logistic function of 0.3925 is 0.5958843378.",
        "It is {h2}: one digit is wrong, a later one doubled. What is printed after it follows from the "
        "right number, not from the printed one.",
        RECOMPUTED,
        values={"h2": Value(BY_HAND, "h2")},
        judged=judged(BY_HAND, "mazur-forward: h2 = 0.5958843378"),
        see=judged(BY_HAND, "mazur-forward: o1, o2 with the printed h2 = (0.75128099, 0.772831916)"),
    ),
    Finding(
        "2",
        "misprint",
        "Digits that are missing from the forward pass",
        "lecture note 001, lines 1147-1150",
        'Our copy reads "0.593269 92", "0.5958 43 78", "0.5 ", "1.2 437138" and "0.7 2928465".',
        "h1 = {h1}, h2 = {h2}, w8 = 0.55, the input of o2 is {net} and o2 = {o2}.",
        f"{RECOMPUTED} Blanks stand where the digits were, so the copy may have lost them and not the note.",
        values={
            "h1": Value(BY_HAND, "h1"),
            "h2": Value(BY_HAND, "h2"),
            "net": Value(BY_HAND, "net h1, h2, o1, o2", 3),
            "o2": Value(BY_HAND, "o2"),
        },
        judged=judged(BY_HAND, "mazur-forward: o2 = 0.72928465"),
        see=judged(
            BY_HAND,
            "mazur-forward: net o2, o2, E(o2) with w8 = 0.5 = (1.195077185, 0.767647885, 0.024720232)",
        ),
    ),
    Finding(
        "3",
        "misprint",
        "The error of the second output",
        "lecture note 001, line 1154",
        'E(o2) = 1/2 (0.9 - 0.72928465)^2 = "0.0.02356026".',
        "E(o2) = 1/2 (0.99 - {o2})^2 = {right}. The expression as printed would come to {printed}.",
        RECOMPUTED,
        values={
            "o2": Value(BY_HAND, "o2"),
            "right": Value(BY_HAND, "E(o2)"),
            "printed": Value(BY_HAND, "(0.9 - 0.72928465)^2 / 2"),
        },
        judged=judged(
            BY_HAND,
            "mazur-forward: E(o2) = 0.02356026",
            "mazur-forward: (0.9 - 0.72928465)^2 / 2 = 0.02356026",
        ),
    ),
    Finding(
        "4",
        "misprint",
        "The error of the first output",
        "lecture note 001, line 1153",
        "E(o1) = 0.27481083.",
        "E(o1) = {right}: a digit was dropped.",
        RECOMPUTED,
        values={"right": Value(BY_HAND, "E(o1)")},
        judged=judged(BY_HAND, "mazur-forward: E(o1) = 0.27481083"),
    ),
    Finding(
        "5",
        "misprint",
        "The targets of the worked example",
        "lecture note 001, line 1167",
        "The targets are 0.1 and 0.9.",
        "They are 0.01 and 0.99, as lines 1111 and 1153 have them. With 0.1 and 0.9 the error would be "
        "{error}.",
        "The note's own lines, Mazur's post, and the errors that the note prints.",
        values={"error": Value(BY_HAND, "E with the targets 0.1 and 0.9")},
        judged=judged(BY_HAND, "mazur-forward: E with the targets 0.1 and 0.9 = 0.298371109"),
    ),
    Finding(
        "6",
        "wrong",
        "The update rule",
        "lecture note 001, lines 280-282",
        "With a learning rate, a weight becomes `w (1 - rate) - rate * gradient`.",
        "Gradient descent is `w - rate * gradient`; with weight decay of strength lambda it is `w (1 - rate "
        "* lambda) - rate * gradient`. The note's rule is the second with a silent lambda of 1. In the "
        "note's own worked example it stalls at an error of {stalls}, where gradient descent gets to {gets}.",
        f"Calculus; {RECOMPUTED[0].lower()}{RECOMPUTED[1:]}",
        values={
            "stalls": Value(BY_HAND, "E at step 10000, the note's rule", form=".6g"),
            "gets": Value(BY_HAND, "E at step 10000, all weights at once", form=".6g"),
        },
        judged=judged(BY_HAND, "seed001-weight-rule: gradient descent"),
        see=judged(RATE, "learning-rate/weight-rule", "learning-rate/weight-rule-forgets"),
    ),
    Finding(
        "7",
        "wrong",
        "ReLU as a linear function",
        "lecture note 001, line 250",
        "Among the activation functions, ReLU is the linear one.",
        "It is linear on either side of zero and not across it, as the same note says in line 862.",
        "Definition.",
        tests=(
            f"{SLIP_TESTS}relu_is_linear_on_either_side_of_zero_but_not_across_it_and_has_no_upper_bound",
        ),
    ),
    Finding(
        "8",
        "wrong",
        "Gradient descent always converges",
        "lecture note 001, line 430",
        "Gradient descent always converges to a local optimum.",
        "It needs a smooth function and a rate that is small enough; it may stop at a saddle point, and "
        "with too large a rate it diverges, as the same note says in line 418.",
        "Theory, and two examples in one and two dimensions.",
        see=judged(RATE, "learning-rate/always-converges", "learning-rate/too-large-diverges"),
        tests=(f"{SLIP_TESTS}gradient_descent_may_diverge_and_may_stop_at_a_saddle_point",),
    ),
    Finding(
        "9",
        "wrong",
        "High rates and local optima",
        "lecture note 001, lines 278 and 586",
        "Applying the whole gradient, or a high rate, raises the risk of falling into local optima.",
        "What too high a rate brings is oscillation and divergence. Large and noisy steps rather help to "
        "leave a poor minimum: lecture note 003, line 57, says so of small batches.",
        "Theory.",
        see=judged(RATE, "learning-rate/whole-gradient", "learning-rate/too-large-fails"),
    ),
    Finding(
        "10",
        "loose",
        "The rate need not fall",
        "lecture note 001, lines 386-392",
        "Steps become smaller by themselves near a minimum, so there is no need to lower the rate.",
        "That holds for exact gradients of a smooth function. The gradient of a batch does not vanish at "
        "the minimum, and with a constant rate the weights go on moving about it. Lecture note 004, line "
        "365, says the opposite: larger rates at first, small ones at the end.",
        "Theory. The runs bear on it loosely: they end long before a minimum, where a falling rate only "
        "costs time.",
        see=judged(RATE, "learning-rate/steps-shrink", "learning-rate/need-not-fall"),
    ),
    Finding(
        "11",
        "loose",
        "Six times faster than what",
        "lecture note 001, lines 903-917 and 931-940",
        "Some work shows learning up to 6 times faster with ReLU than with the sigmoid or its variants.",
        "The figure behind it compares ReLU with tanh: epochs until the training error is 25 %, for one "
        "network of four layers on CIFAR-10, one run each. tanh is one of the 'variants'; of the logistic "
        "sigmoid, and of other networks, it says nothing.",
        "Krizhevsky, Sutskever and Hinton 2012, section 3.1 and figure 1. Both comparisons are run here.",
        see=(
            *judged("relu_speedup", "relu-6x/tanh-6x", "relu-6x/sigmoid-6x"),
            *judged("relu_vs_sigmoid", "relu-vs-sigmoid/six-times"),
        ),
    ),
    Finding(
        "12",
        "loose",
        "What can be read off a logistic output",
        "lecture note 001, line 970",
        "Neither sigmoid nor ReLU outputs can be interpreted directly.",
        "A logistic output is a probability where labels do not exclude each other, or where there are two "
        "classes only, as lecture note 004, lines 112-117, says. For classes that exclude each other "
        "softmax is right, since the logistic outputs need not add up to 1.",
        "Definition.",
        tests=(f"{SLIP_TESTS}two_softmax_outputs_are_one_logistic_output",),
    ),
    Finding(
        "13",
        "loose",
        "Mean square error in the worked example",
        "lecture note 001, lines 1076 and 1151-1154",
        "The example uses the mean square error.",
        "It uses half the sum of squares. With two outputs, as there, both are the same number, so nothing "
        "that follows is wrong; with ten outputs the gradients would differ five times.",
        "Definition.",
        tests=(
            "tests/test_losses.py::test_two_outputs_make_half_squares_the_same_as_kerass_squared_error",
            "tests/test_losses.py::"
            "test_the_gradient_is_five_times_that_of_kerass_squared_error_on_ten_outputs",
        ),
    ),
    Finding(
        "14",
        "misprint",
        "The largest network of 2012",
        "lecture note 002, lines 70-72",
        "It has 109 weights.",
        "10^9 weights: the exponent was lost.",
        "Le et al. 2012, from summaries of it.",
    ),
    Finding(
        "15",
        "misprint",
        "Indices in the formula of a network with one hidden layer",
        "lecture note 002, lines 219-223",
        "The three hidden units share one b1, and c1 stands outside of the outer sigmoid.",
        "Each hidden unit has a bias of its own, b1, b2 and b3, and c1 belongs inside. The network has "
        "{all} weights; the formula names 14, and its output need not lie between 0 and 1.",
        COUNTED,
        values={"all": Value(COUNTS, "parameters of 3-3-1", form=",.0f")},
        judged=judged(
            COUNTS,
            "one-hidden formula: The formula for 3-3-1 names all of its weights: 9 w, one b1, 3 v and c1",
        ),
    ),
    Finding(
        "16",
        "misprint",
        "Which weight is updated",
        "lecture note 002, line 697",
        "The change of w is `-rate dE/dv11 = rate (t - y) S'(s1)` times the input of s1.",
        "What changes by this is v11, not w. The rest is right: with half the squared error the two signs "
        "cancel.",
        "Calculus, held against automatic differentiation.",
        see=judged(CHECK, "slip-16: step with + (t - y) - step downhill"),
    ),
    Finding(
        "17",
        "wrong",
        "Weights of a network for letters",
        "lecture note 002, lines 1506-1516",
        "With 256 inputs, 100 hidden units and 26 outputs there are 256 (100 + 1) weights in the first "
        "layer and 100 (26 + 1) in the second.",
        "The bias belongs to the other factor: (256 + 1) 100 = {hidden} and (100 + 1) 26 = {output}, "
        "together {all}, where the note's two expressions come to 28,556.",
        COUNTED,
        values={
            "hidden": Value(COUNTS, "parameters of layer 1 of 256-100-26", form=",.0f"),
            "output": Value(COUNTS, "parameters of layer 2 of 256-100-26", form=",.0f"),
            "all": Value(COUNTS, "parameters of 256-100-26", form=",.0f"),
        },
        judged=judged(
            COUNTS,
            "fc-count: The hidden layer of 256-100-26 has 256 (100 + 1) weights",
            "fc-count: The output layer of 256-100-26 has 100 (26 + 1) weights",
            "fc-count: 256-100-26 has 28,556 weights",
        ),
    ),
    Finding(
        "18",
        "loose",
        "The first layer learns 100 times more slowly",
        "lecture note 002, lines 773-777",
        "The first of four layers learns 100 times more slowly than the fourth.",
        "About 100 is right at the two ends of the curve that the note shows, and too much between them. And "
        "over its 500 steps most such networks come to read as many images as naming the commonest digit "
        "does: the curve is one of networks that have not begun to learn, and does not explain the "
        "accuracies of lines 728-734, which come of 30 epochs.",
        "Nielsen's stored curve, and the same run from many random seeds.",
        judged=judged(VANISHING, "nielsen-ratio-100/typical"),
        see=(
            *judged(
                VANISHING,
                "nielsen-ratio-100/4-hidden-step-0",
                "nielsen-ratio-100/4-hidden-step-100",
                "nielsen-ratio-100/4-hidden-step-499",
                "nielsen-ratio-100/untrained",
            ),
            *judged(
                DEPTHS, "mnist-depth-sigmoid-relu/plateau-at-500", "mnist-depth-sigmoid-relu/plateau-left"
            ),
        ),
    ),
    Finding(
        "19",
        "loose",
        "Backpropagation fails with many layers",
        "lecture note 002, lines 689-693",
        "Backpropagation works with one hidden layer, but not with many.",
        "The same note's network of four hidden layers reads 96.53 % of the digits (line 734), and none of "
        "many random seeds fails. By the same recipe six to eight logistic layers never get going, while "
        "eight rectified ones learn as well as one: it takes logistic units, and more layers than five.",
        "The note's own figures, and many random seeds.",
        judged=judged(DEPTH, "nielsen-depth-study/many-layers-do-not-work"),
        see=judged(DEPTHS, "mnist-depth-sigmoid-relu/many-layers-do-not"),
    ),
    Finding(
        "20",
        "loose",
        "Invariant feature maps",
        "lecture note 002, lines 1907-1915",
        "A feature map detects features that are invariant to translation.",
        "It is equivariant: where the picture moves, the map moves with it. What invariance there is comes "
        "of pooling, and of small moves only.",
        "Definition.",
        tests=(f"{SLIP_TESTS}a_feature_map_moves_with_its_picture",),
    ),
    Finding(
        "21",
        "wrong",
        "Fewer maps in the last layers",
        "lecture note 002, lines 2023-2025",
        "Receptive fields are large and maps few in the first layers; in the last, fields are smaller and "
        "maps fewer still.",
        "Maps become more: {c1}, {c3} and {c5} in LeNet-5, and 96, 256, 384, 384 and 256 in the network of "
        "Krizhevsky et al. 2012. Kernels do become smaller in that network (11, 5, 3, 3, 3), not in LeNet-5; "
        "and each unit of a later layer sees more of the picture, not less.",
        f"{COUNTED} The second network from its paper.",
        values={
            name: Value(COUNTS, f"LeNet-5, {name} out", part=2, form=".0f") for name in ("c1", "c3", "c5")
        },
    ),
    Finding(
        "22",
        "wrong",
        "The size of LeNet-5",
        "lecture note 002, lines 2027-2028",
        "LeNet-5 has 187,000 connections and only 14,000 different weights.",
        "It has {connections} connections and {weights} weights that are trained. Where the note's figures "
        "come from could not be established: they are not those of LeNet-1 or LeNet-4 either.",
        f"{COUNTED} LeCun et al. 1998, section II-B, count the same layer by layer.",
        values={
            "connections": Value(COUNTS, "LeNet-5, connections of all", form=",.0f"),
            "weights": Value(COUNTS, "parameters of LeNet-5", form=",.0f"),
        },
        judged=judged(
            COUNTS,
            "lenet5-counts: LeNet-5 has 187,000 connections",
            "lenet5-counts: LeNet-5 has 14,000 different weights",
        ),
        tests=(
            "tests/models/test_lenet5_1998.py::test_the_totals_are_60_000_parameters_and_340_908_connections",
        ),
    ),
    Finding(
        "23",
        "unsupported",
        "Convolution against vanishing gradients",
        "lecture note 002, lines 2011-2013 and 2047-2049",
        "Convolutional networks ease the vanishing gradient because they have far fewer weights.",
        "Sharing weights makes overfitting less likely. It leaves the chain of slopes and weights, by which "
        "gradients shrink, as long as it was.",
        "Theory; no source gives a figure.",
    ),
    Finding(
        "24",
        "wrong",
        "MNIST as a version of SEMEION",
        "lecture note 002, lines 717-719",
        "MNIST is a complicated version of SEMEION, of 28 x 28 pixels.",
        "They have nothing in common but digits: {train} and {test} images of {grey} shades against "
        "{semeion} of {black}, from other writers and other scanners.",
        "Counted in the data; the writers from the descriptions of the two sets.",
        values={
            "train": Value(DATA, "MNIST: images for training", form=",.0f"),
            "test": Value(DATA, "MNIST: images for testing", form=",.0f"),
            "grey": Value(DATA, "MNIST: different pixel values", form=".0f"),
            "semeion": Value(DATA, "SEMEION: images", form=",.0f"),
            "black": Value(DATA, "SEMEION: different pixel values", form=".0f"),
        },
    ),
    Finding(
        "26",
        "wrong",
        "A linear output with an activation function",
        "lecture note 003, lines 144-153",
        "The output unit is linear (line 144), and y = phi(z3) (line 153).",
        "y = z3, and the error signal of the output needs no slope of phi. With phi in both places the "
        "equations hold too; only mixing the two is wrong.",
        "The note's own text, held against automatic differentiation.",
        judged=judged(CHECK, "slip-26: phi(z3) - z3"),
    ),
    Finding(
        "27",
        "loose",
        "A mean that is a sum",
        "lecture note 003, lines 155-157",
        "The mean square error (ECM) is half the sum of squares over N examples.",
        "The mean is the sum divided by N. What is printed is N / 2 times as large, and so is its gradient: "
        "it asks for another learning rate.",
        "Definition.",
        judged=judged(CHECK, "slip-27: half sum of squares / mean of squares"),
    ),
    Finding(
        "28",
        "loose",
        "Biases and transposed matrices",
        "lecture note 003, lines 94 and 147-151",
        "The forward passes have no biases; weights are transposed in the first example and not in the "
        "second.",
        "Each layer has a bias, of which lines 71 and 111 speak. Either notation is right if the matrix is "
        "laid out for it, but not both for the same matrix.",
        "Definition.",
        judged=judged(
            CHECK,
            "slip-28: outputs of 3-5-4-3 without its biases",
            "slip-28: W x - transposed W x, 3 x 3",
        ),
    ),
    Finding(
        "30",
        "wrong",
        "Neurons of the brain",
        "lecture note 004, lines 7-11",
        "The brain has about 10 'billones' of neurons, each connected with 10,000 others.",
        "A Spanish 'billon' is 10^12, so this says 10^13. Counted were 86 (+- 8) thousand million, 8.6 x "
        "10^10; the English '10 billion', 10^10, was taken over word for word. 10,000 is the customary "
        "round number.",
        "Azevedo et al. 2009, as the data base BioNumbers (106322) quotes it.",
    ),
    Finding(
        "31",
        "wrong",
        "The range of activation functions",
        "lecture note 004, lines 76-78",
        "Activation functions turn their input into a value in (0, 1) or (-1, 1).",
        "ReLU, which the note lists next, has no upper bound.",
        "Definition.",
        tests=(
            f"{SLIP_TESTS}relu_is_linear_on_either_side_of_zero_but_not_across_it_and_has_no_upper_bound",
        ),
    ),
    Finding(
        "32",
        "wrong",
        "Normalisation and standardisation",
        "lecture note 004, lines 308-314",
        "Normalisation is centring and dividing by the standard deviation; standardisation brings values "
        "into [0, 1].",
        "The names are swapped: to standardise is to centre and divide by the standard deviation "
        "(scikit-learn's `StandardScaler`), min-max scaling or normalisation brings values into [0, 1]. A "
        "trap: Keras's layer `Normalization` standardises.",
        "The usage of statistics and of scikit-learn.",
        tests=(f"{SLIP_TESTS}standardising_gives_deviation_one_and_min_max_scaling_the_range_from_0_to_1",),
    ),
    Finding(
        "33",
        "misprint",
        "Headings below their text",
        "lecture note 004, lines 247-273",
        "What stands below 'Backpropagation' minimises a function step by step.",
        "Each heading belongs to the text above it: the first paragraph describes backpropagation, the "
        "second gradient descent. Our copy shows the headings of slides after their text.",
        "Reading.",
    ),
    Finding(
        "34",
        "wrong",
        "What dropout sets to zero",
        "lecture note 004, lines 412-416",
        "In each iteration the weights of a random share of the neurons of a layer are set to zero.",
        "Their outputs are, for this one pass; the weights stay as they are and come back.",
        "Srivastava et al. 2014, section 4.",
        judged=judged("dropout_scaling", "dropout-wording/weights"),
        see=judged("dropout_scaling", "dropout-wording/weights-out"),
        tests=(f"{SLIP_TESTS}dropout_zeroes_outputs_and_leaves_weights_alone",),
    ),
    Finding(
        "35",
        "wrong",
        "Always the smallest rate",
        "lecture note 004, lines 362-365",
        "Use the smallest learning rate possible, always. Use larger rates at first and small ones at the "
        "end.",
        "The second contradicts the first, and the first is false: with too small a rate training does not "
        "get anywhere in the time there is, as the note itself says in lines 354-356.",
        "The note's own text; Nielsen 2015, ch. 1, and many random seeds.",
        see=(
            *judged("nielsen_basics", "nielsen-ch1-slow/last-epoch", "nielsen-ch1-slow/too-slow"),
            *judged(RATE, "learning-rate/too-small-is-slow"),
        ),
    ),
    Finding(
        "36",
        "unsupported",
        "Which optimizer for how much data",
        "lecture note 004, lines 373-374",
        "L-BFGS for small data sets; Adam or RMSprop for large ones.",
        "A rule of thumb of the libraries. The note gives no figure and no source.",
        "Not decided.",
    ),
    Finding(
        "37",
        "loose",
        "Softmax for every classification",
        "lecture note 004, lines 174-180 and 326-330",
        "Classifiers have softmax in their output layer, and one output for each class.",
        "With two classes one logistic output does, and is the usual form, as the note says in lines "
        "112-117. Two softmax outputs compute the same.",
        "Definition.",
        tests=(f"{SLIP_TESTS}two_softmax_outputs_are_one_logistic_output",),
    ),
    Finding(
        "38",
        "misprint",
        "The interval of the function to be fitted",
        "lecture note 000, line 334",
        "f* maps the interval [l, l] to the real numbers.",
        "From l to l-bar, as in line 340: one end has lost its bar, perhaps in our copy only.",
        "The note's own text.",
    ),
    Finding(
        "39",
        "loose",
        "What may be neglected in the cost of a forward pass",
        "lecture note 000, lines 221-235",
        "The cost, the sum over layers of N (N' + 2), is about the sum of N N', with N' the size of the "
        "layer below.",
        "Only where layers are wide. For 1-10-1, which the same note uses, the cost is {cost} and the "
        "approximation {rough}.",
        COUNTED,
        values={
            "cost": Value(COUNTS, "forward cost of 1-10-1", form=".0f"),
            "rough": Value(COUNTS, "products of layer sizes of 1-10-1", form=".0f"),
        },
        judged=judged(
            COUNTS,
            "forward-cost: The forward cost of 1-10-1 is about the sum of the products of its layers' sizes",
        ),
        see=judged(
            COUNTS,
            "forward-cost: The forward cost of 784-30-10 is about the sum of the products of its layers' "
            "sizes",
        ),
    ),
    Finding(
        "40",
        "wrong",
        "MNIST in black and white",
        "lecture note 000, lines 39-47",
        "MNIST's images are black and white, and its digits balanced (about as many of each).",
        "Pixels have {grey} shades of grey. 'About as many' holds roughly: the share of a digit is up to "
        "{far} points away from 10 %.",
        "Counted in the data.",
        values={
            "grey": Value(DATA, "MNIST: different pixel values", form=".0f"),
            "far": Value(DATA, "MNIST: largest distance of a class's share from 10 % (points)", form=".2f"),
        },
        judged=judged(DATA, f"{MNIST}black and white, so 2 pixel values"),
        see=judged(
            DATA,
            f"{MNIST}balanced, so equally many of each digit",
            f"{MNIST}approximately equally many (each digit 10 %, to 2 points)",
        ),
    ),
    Finding(
        "41",
        "misprint",
        "A sign that climbs the error",
        "lecture note 002, line 794",
        "The change of w4 is `-rate dE/dw4 = -rate (t - y) S'(b4)` times the output of b3.",
        "One minus too many: it is `+rate (t - y) ...`, as in line 697. The printed step would climb the "
        "error.",
        "Calculus, held against automatic differentiation.",
        judged=judged(CHECK, "slip-16: step with - (t - y) - step downhill"),
    ),
    Finding(
        "42",
        "loose",
        "Networks approximate any function",
        "lecture note 002, lines 177-181 and 634-638; lecture note 003, line 184",
        "With enough hidden units a network can approximate any function, or solve any problem.",
        "Any continuous function on a closed and bounded set. The theorems say neither how many units it "
        "takes nor that training finds the weights.",
        "Cybenko 1989; Hornik, Stinchcombe and White 1989.",
        see=judged(
            "function_approximation",
            "universal-approximation/enough-relu",
            "universal-approximation/enough-sigmoid",
            "universal-approximation/enough-tanh",
        ),
    ),
    Finding(
        "43",
        "loose",
        "What contrastive divergence minimises",
        "lecture note 002, lines 1415-1421",
        "Weights are updated to minimise the contrastive divergence, the difference between a datum and its "
        "reconstruction after k iterations.",
        "That describes the reconstruction error, which is only a symptom. CD-k is an update: the "
        "difference between the statistics of the data and of the machine's samples after k steps, which "
        "nears the gradient of the log-likelihood as k grows.",
        "Hinton 2002; small machines whose states can all be enumerated.",
        tests=(
            "tests/layers/test_rbm.py::test_long_chains_give_the_gradient_of_the_log_likelihood_and_cd_1_does_not",
        ),
    ),
    Finding(
        "44",
        "loose",
        "Windows of pooling do not overlap",
        "lecture note 002, lines 1995-1997",
        "The receptive fields of pooling do not overlap, unlike those of convolution.",
        "They did not in LeNet-5. In the network of Krizhevsky et al. 2012 they do: 3 pixels wide, 2 apart.",
        "Krizhevsky, Sutskever and Hinton 2012, section 3.4.",
    ),
)

SOURCES = (
    Finding(
        "P1",
        "misprint",
        "Connections of LeNet-5",
        "LeCun, Bottou, Bengio and Haffner 1998, section II-B, as printed in the journal",
        "C3 has 156,000 connections, and the whole network 345,308.",
        "C3 has {c3}, which is {weights} x 100, and the network {all}, as in the preprint.",
        COUNTED,
        values={
            "c3": Value(COUNTS, "LeNet-5, connections of c3", form=",.0f"),
            "weights": Value(COUNTS, "LeNet-5, parameters of c3", form=",.0f"),
            "all": Value(COUNTS, "LeNet-5, connections of all", form=",.0f"),
        },
        judged=judged(
            COUNTS,
            "lenet5-counts: In print C3 has 156,000 connections",
            "lenet5-counts: In print LeNet-5 has 345,308 connections",
        ),
    ),
    Finding(
        "P2",
        "wrong",
        "The errors of the best-known worked example",
        "Mazur 2015, in copies of the post",
        "The error is 0.291027924 after one update, and 0.000035085 after 10,000.",
        "By the post's own algebra it is {one}, and {last}. The posted figures follow to the last digit if "
        "hidden weights are updated by way of output weights that the same step has already changed, an "
        "early bug of the post's program ({bug} after one update). The new weights that the post works out "
        "by hand are right.",
        f"{RECOMPUTED} The program's history (commit 4b6faac) shows the mending.",
        values={
            "one": Value(BY_HAND, "E at step 1, all weights at once"),
            "last": Value(BY_HAND, "E at step 10000, all weights at once", form=".6g"),
            "bug": Value(BY_HAND, "E at step 1, the old bug"),
        },
        judged=judged(
            BY_HAND,
            "mazur-one-step: E at step 1, all weights at once = 0.291027924",
            "mazur-10000: E at step 10000, all weights at once = 3.5085e-05",
        ),
        see=judged(
            BY_HAND,
            "mazur-one-step: E at step 1, the old bug = 0.291027924",
            "mazur-10000: E at step 10000, the old bug = 3.5085e-05",
        ),
    ),
    Finding(
        "P3",
        "wrong",
        "Which error falls from 2.7 to 1.7 %",
        "Srivastava et al. 2014, section 7.3 and figure 9",
        "When units are kept with probability 0.1, the error falls from 2.7 to 1.7 % if there are more of "
        "them.",
        "These are the training errors of the figure (2.73 and 1.71). The test error falls from 3.19 to "
        "2.39 %.",
        "Digitised from the figure.",
    ),
    Finding(
        "P4",
        "wrong",
        "The name of an initialisation",
        "deepnet, the program behind Srivastava et al. 2014",
        "SQRT_FAN_IN says that initial weights deviate by one over the square root of the fan-in.",
        "The program divides by the square root of the receiving layer's size, the fan-out.",
        "Read in the code; the reproduction starts as the code does.",
        tests=(
            "tests/reproductions/test_dropout.py::"
            "test_initial_weights_deviate_by_one_over_the_root_of_the_fan_out",
        ),
    ),
    Finding(
        "P5",
        "loose",
        "What stands behind +-",
        "Vincent et al. 2010, table 3",
        "Test errors such as 1.28 +- 0.22 look like a mean and a standard deviation.",
        "It is the 95 % interval for sampling 10,000 test images, of one network. It says nothing of random "
        "seeds.",
        "The number follows from the error and the size of the test set alone.",
        tests=(f"{SLIP_TESTS}vincents_interval_is_that_of_sampling_the_test_images",),
    ),
    Finding(
        "P6",
        "loose",
        "Depth, and something else",
        "Goodfellow et al. 2014, the figure of accuracy by depth; lecture note 002, lines 655-671",
        "Accuracy on house numbers rises with depth, from 3 layers to 11.",
        "The networks of up to 7 layers have one dense layer, those of 8 and more have two: depth is not "
        "all that changes.",
        "Read from a reprint of the figure.",
    ),
    Finding(
        "P7",
        "loose",
        "The network without dropout",
        "Srivastava et al. 2014, table 2",
        "A standard network errs on 1.60 % of MNIST, one with dropout on 1.25 %.",
        "The 1.60 % are of another group (Simard et al. 2003), with other sizes and units. The authors' own "
        "networks without dropout err on 1.74 % on average (figure 4): the gain is larger than the table "
        "shows.",
        "The paper's own references; its figure digitised.",
    ),
)

HELD = (
    Finding(
        "25",
        "right",
        "Weights times p in use",
        "lecture note 002, lines 1453-1455",
        "A unit is kept with probability p in training, and weights are multiplied by p in use.",
        "Right, with p as the probability to keep. Keras's `rate` is the probability to drop, and Keras "
        "scales in training instead. For a single softmax layer the rule is exact: it gives the geometric "
        "mean of all thinned networks.",
        "Srivastava et al. 2014, section 4.",
        judged=judged("dropout_scaling", "dropout-test-scaling/exact-note"),
        tests=(
            "tests/layers/test_dropout.py::"
            "test_in_use_values_are_multiplied_by_the_probability_to_keep_which_is_the_mean_in_training",
            "tests/layers/test_dropout.py::"
            "test_scaling_a_single_softmax_layer_is_the_geometric_mean_of_all_its_thinned_ones",
        ),
    ),
    Finding(
        "29",
        "right",
        "A formula for XOR",
        "lecture note 003, lines 29-31",
        "NOT((x1 AND x2) OR NOT(x1 OR x2)) is XOR.",
        "Right in all four rows, and so are the three threshold units that it describes.",
        "Computed.",
        judged=judged("xor", "xor-formula/rows"),
        see=judged("xor", "xor-formula/units"),
    ),
    Finding(
        "R1",
        "right",
        "One unit cannot compute XOR",
        "lecture note 003, line 15; lecture note 004, lines 196-199",
        "A single threshold unit cannot compute XOR: it can tell apart only what a line separates.",
        "Right: 3 of 4 rows is the best. The sum of two of the four inequalities contradicts that of the "
        "others.",
        "Minsky and Papert 1969, and by exhaustion.",
        judged=judged("xor", "xor-single-unit/step"),
        see=judged("perceptron", "xor-single-unit/only-separable"),
    ),
    Finding(
        "R2",
        "right",
        "Weights of 4-5-1",
        "lecture note 000, lines 236-254",
        "A layer has N N' + N weights, so 4-5-1 has 31.",
        "Right: {all}.",
        COUNTED,
        values={"all": Value(COUNTS, "parameters of 4-5-1", form=".0f")},
        judged=judged(
            COUNTS,
            "param-count-4-5-1: 4-5-1 has 31 weights",
            "param-count: Each layer has N' N + N weights, in 12 networks",
        ),
    ),
    Finding(
        "R3",
        "right",
        "Weights of a feature map",
        "lecture note 002, lines 2015-2016",
        "A feature map with a receptive field of 5 x 5 has 26 weights.",
        "Right over one input map. Over three it has {three}, over six {six}.",
        COUNTED,
        values={
            "three": Value(COUNTS, "parameters of a 5x5x3 map", form=".0f"),
            "six": Value(COUNTS, "parameters of a 5x5x6 map", form=".0f"),
        },
        judged=judged(COUNTS, "conv-5x5-count: A feature map with a field of 5 x 5 has 26 weights"),
    ),
    Finding(
        "R4",
        "right",
        "The slope of the logistic function",
        "lecture note 002, lines 786-792",
        "The slope of S is S (1 - S), and 1/4 at most; products of such factors become very small.",
        "Right.",
        "Calculus, and numerically.",
        judged=judged(
            "gradient_bounds",
            "sigmoid-slope-bound: The slope of S is S (1 - S)",
            "sigmoid-slope-bound: Its largest value is 0.25",
        ),
    ),
    Finding(
        "R5",
        "right",
        "The rest of the worked example",
        "lecture note 001, lines 1125-1155",
        "h1 = 0.593269992, the input of o1 is 1.105905967, and o1 = 0.75136507.",
        "Right to the last digit, and so is the total error ({error}), of which our copy lost one digit.",
        RECOMPUTED,
        values={"error": Value(BY_HAND, "E(o1), E(o2), E", 2)},
        judged=judged(
            BY_HAND,
            "mazur-forward: h1 = 0.593269992",
            "mazur-forward: net o1 = 1.105905967",
            "mazur-forward: o1 = 0.75136507",
        ),
    ),
    Finding(
        "R6",
        "right",
        "The equations of backpropagation",
        "lecture note 003, lines 69-78, 83-138 and 142-173",
        "The gradients of three small networks, by the chain rule.",
        "Right, but for findings 26 to 28.",
        "Held against automatic differentiation and against differences of the loss.",
        judged=judged(
            CHECK,
            "backprop/1-1-1, automatic differentiation",
            "backprop/3-5-4-3, automatic differentiation",
            "backprop/3-6-1, linear output, automatic differentiation",
            "backprop/3-6-1, logistic output, automatic differentiation",
        ),
    ),
    Finding(
        "R7",
        "right",
        "Layers without non-linearities",
        "lecture note 003, lines 38-40",
        "Without non-linear activation functions several layers are equivalent to one.",
        "Right: the product of their matrices.",
        "Algebra.",
        tests=(f"{SLIP_TESTS}linear_layers_are_one_layer",),
    ),
    Finding(
        "R8",
        "right",
        "A second hidden layer on MNIST",
        "lecture note 002, lines 728-730",
        "One hidden layer of 30 units reads 96.48 % of the digits, two read 96.90 %.",
        "Both values lie where single runs lie, and the second layer helps. What is said of three and four "
        "layers is less clear.",
        "Many random seeds under the source's settings.",
        judged=judged(
            DEPTH,
            "nielsen-depth-study/depth-1",
            "nielsen-depth-study/depth-2",
            "nielsen-depth-study/layer-2-helps",
        ),
        see=judged(DEPTH, "nielsen-depth-study/depth-3", "nielsen-depth-study/depth-4"),
    ),
    Finding(
        "R9",
        "right",
        "First layers learn more slowly at the start",
        "lecture note 002, lines 752-766",
        "The speeds of learning are 0.07 and 0.31 in two hidden layers, and 0.003, 0.017, 0.070 and 0.285 "
        "in four.",
        "All six lie where single random starts lie, and speeds rise from layer to layer.",
        "Many random seeds under the source's settings.",
        judged=judged(
            VANISHING,
            *(f"nielsen-norms-init/2-hidden-layer-{layer}" for layer in (1, 2)),
            *(f"nielsen-norms-init/4-hidden-layer-{layer}" for layer in (1, 2, 3, 4)),
            "nielsen-ratio-100/ordered",
        ),
    ),
    Finding(
        "R10",
        "right",
        "Sizes of the data sets",
        "lecture note 000, lines 39-65; lecture note 002, lines 605-609",
        "MNIST has 60,000 and 10,000 images of 28 x 28 pixels, CIFAR-10 50,000 and 10,000 of 32 x 32 in 10 "
        "balanced classes, and SEMEION 1,593 of 16 x 16 in black and white.",
        "Right.",
        "Counted in the data.",
        judged=judged(
            DATA,
            f"{MNIST}60,000 images for training",
            f"{MNIST}10,000 images for testing",
            f"{MNIST}28 x 28 pixels",
            f"{CIFAR}50,000 images for training",
            f"{CIFAR}10,000 images for testing",
            f"{CIFAR}32 x 32 pixels in colour",
            f"{CIFAR}balanced, so equally many of each class",
            f"{SEMEION}1,593 digits",
            f"{SEMEION}16 x 16 pixels",
            f"{SEMEION}black and white, so 2 pixel values",
        ),
    ),
    Finding(
        "R11",
        "right",
        "The loss is not convex",
        "lecture note 003, lines 45-53",
        "The loss of a network with several layers is not convex, and may have several saddle points.",
        "Right.",
        "Exchanging hidden units gives other solutions, between which the loss rises; saddle points are "
        "found numerically.",
        judged=judged("loss_surface", "loss-surface/not-convex", "loss-surface/saddle-points"),
    ),
)
