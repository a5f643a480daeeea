"""KerasTuner's oracle service, which a chief answers and workers ask.

Of KerasTuner's distribution only this service is used, with its messages. Its own server and
client take addresses from the environment, where a missing one means a search of the worker's
own; its server shares a taken port without a word and waits for ever for a worker that died;
its client gives up when the chief is started anew. Nor is a search space sent: KerasTuner
changes its order, and prints at every condition in it.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent import futures

import grpc
from keras_tuner import HyperParameters
from keras_tuner.src import protos
from keras_tuner.src.distribute.oracle_chief import OracleServicer
from keras_tuner.src.engine.trial import Trial, TrialStatus

from tuning.harness.errors import TuningError
from tuning.harness.store.ledger import IDLE

THREADS = 64
"""Answers at the same time: while one waits for the tuner, as all that ask for a trial then
do, each worker's signs of life must get through."""
ANSWER = 120.0
"""Seconds that one answer may take: Gaussian processes with many trials are slow."""
PATIENCE = 600.0
"""Seconds for which a worker asks a chief that does not answer, as while it is started anew.
"""
AGAIN = 0.5
BEAT = 5.0
"""Seconds between two signs of life of a worker in training."""
MARK = "mark"
BY = "worker"
"""Under this name a worker that has to go says who it is, beside KerasTuner's message."""
PASSING = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.UNKNOWN,
)
"""Answers of a chief that is ending; the next one, in the same place, will know better."""
NO_PROXY = ("grpc.enable_http_proxy", 0)
RECONNECTING = (
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 2000),
)
NO_SHARED_PORT = ("grpc.so_reuseport", 0)


class NotYet(Exception):
    """What the chief is told of has not arrived in the shared folder."""


class Refused(Exception):
    """What a worker asks or tells makes no sense."""


class Over(TuningError):
    """The chief has gone, and the study has all its trials."""


class Service(OracleServicer):
    """Answers with what a `chief.Chief` decides; an error there ends the chief, not only the
    answer."""

    def __init__(self, chief):
        """Serve the oracle of this chief."""
        super().__init__(chief.oracle)
        self.chief = chief

    def GetSpace(self, request, context):
        """Answer, in place of the search space, what marks this study's folder."""
        said = HyperParameters()
        said.values[MARK] = self.chief.mark
        return protos.get_service().GetSpaceResponse(hyperparameters=said.to_proto())

    def CreateTrial(self, request, context):
        """Answer which trial a worker shall train, IDLE to ask again, or STOPPED."""
        found = _ask_chief(context, self.chief.ask, request.tuner_id)
        return protos.get_service().CreateTrialResponse(trial=_message(found))

    def UpdateTrial(self, request, context):
        """Answer whether a trial is worth more training, by its score at a shorter length."""
        measured = (request.trial_id, dict(request.metrics), request.step)
        trial = _ask_chief(context, self.chief.take_score, *measured)
        return protos.get_service().UpdateTrialResponse(trial=_message(trial))

    def EndTrial(self, request, context):
        """Take in what became of a trial; IDLE: its worker has to go."""
        name = request.trial.trial_id
        if request.trial.status == TrialStatus.to_proto(IDLE):
            _ask_chief(
                context,
                self.chief.give_back,
                name,
                dict(context.invocation_metadata()).get(BY),
            )
        else:
            _ask_chief(context, self.chief.end_trial, name)
        return protos.get_service().EndTrialResponse()

    def GetTrial(self, request, context):
        """Take in a sign of life of whoever trains the trial."""
        trial = _ask_chief(context, self.chief.alive, request.trial_id)
        return protos.get_service().GetTrialResponse(trial=_message(trial))

    def UpdateSpace(self, request, context):
        """Refuse: a job declares all its hyperparameters beforehand."""
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED, "the search space of a study does not change"
        )


def _message(trial):
    """Return a trial, or one that is nothing but a status, without search space and
    measurements."""
    if isinstance(trial, str):
        return protos.get_proto().Trial(status=TrialStatus.to_proto(trial))
    values = HyperParameters()
    values.values = dict(trial.hyperparameters.values)
    status = TrialStatus.to_proto(trial.status)
    return protos.get_proto().Trial(
        trial_id=trial.trial_id, hyperparameters=values.to_proto(), status=status
    )


def _ask_chief(context, act, *arguments):
    try:
        return act(*arguments)
    except NotYet as error:
        code, reason = grpc.StatusCode.UNAVAILABLE, str(error)
    except Refused as error:
        code, reason = grpc.StatusCode.INVALID_ARGUMENT, str(error)
    except Exception as error:
        code, reason = grpc.StatusCode.INTERNAL, f"the chief ends: {error}"
    return context.abort(code, reason)


def bound(address: str) -> grpc.Server:
    """Return a server that has taken an address, and answers nobody yet.

    Raises:
        TuningError: the address is taken, or is none of this machine's.
    """
    server = grpc.server(futures.ThreadPoolExecutor(THREADS), options=(NO_SHARED_PORT,))
    try:
        bound = server.add_insecure_port(address)
    except RuntimeError:
        bound = 0
    if not bound:
        raise TuningError(
            f"{address} is taken, or not an address of this machine: name another: --listen"
        )
    return server


@contextlib.contextmanager
def answer_workers(server: grpc.Server, chief):
    """Answer workers."""
    protos.get_service_grpc().add_OracleServicer_to_server(Service(chief), server)
    server.start()
    try:
        yield
    finally:
        server.stop(grace=1.0).wait()


class Client:
    """The chief's oracle as a worker sees it."""

    def __init__(
        self,
        address: str,
        worker: str,
        patience: float = PATIENCE,
        is_over: Callable[[], bool] = lambda: False,
    ):
        """Ask the chief at the address under this worker's id, until patience or study are at
        their end."""
        self.address, self.worker, self.patience, self.is_over = (
            address,
            worker,
            patience,
            is_over,
        )
        self.channel = grpc.insecure_channel(address, options=(NO_PROXY, *RECONNECTING))
        self.stub = protos.get_service_grpc().OracleStub(self.channel)

    def answers(self) -> bool:
        """Tell whether a chief answers now."""
        try:
            self.stub.GetSpace(protos.get_service().GetSpaceRequest(), timeout=5.0)
        except grpc.RpcError:
            return False
        return True

    def mark(self) -> str:
        """Return what the chief has marked its folder with."""
        response = self._call(self.stub.GetSpace, protos.get_service().GetSpaceRequest())
        return HyperParameters.from_proto(response.hyperparameters).values[MARK]

    def create_trial(self) -> Trial:
        """Return the trial to train; one whose status is IDLE or STOPPED is none."""
        request = protos.get_service().CreateTrialRequest(tuner_id=self.worker)
        return Trial.from_proto(self._call(self.stub.CreateTrial, request).trial)

    def update_trial(self, trial_id, metrics, step=0) -> Trial:
        """Tell the score at a shorter length; the answer's status is STOPPED if that was
        enough."""
        request = protos.get_service().UpdateTrialRequest(
            trial_id=trial_id, metrics=metrics, step=step
        )
        return Trial.from_proto(self._call(self.stub.UpdateTrial, request).trial)

    def end_trial(self, trial: Trial) -> None:
        """Tell that a trial's record lies in the study's folder."""
        self._call(
            self.stub.EndTrial, protos.get_service().EndTrialRequest(trial=_message(trial))
        )

    def give_back(self, trial: Trial) -> None:
        """Let another worker have the trial; a chief that does not answer finds out by
        itself."""
        trial.status = IDLE
        request = protos.get_service().EndTrialRequest(trial=_message(trial))
        with contextlib.suppress(grpc.RpcError):
            self.stub.EndTrial(request, timeout=5.0, metadata=((BY, self.worker),))

    @contextlib.contextmanager
    def at_work(self, trial: Trial):
        """Give signs of life while the trial is being trained."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(trial.trial_id, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    def _beat(self, name, done):
        request = protos.get_service().GetTrialRequest(trial_id=name)
        while not done.wait(BEAT):
            with contextlib.suppress(grpc.RpcError):
                self.stub.GetTrial(request, timeout=BEAT)

    def _call(self, method, request):
        end = time.monotonic() + self.patience
        while True:
            try:
                return method(request, timeout=ANSWER)
            except grpc.RpcError as error:
                if error.code() not in PASSING or time.monotonic() > end:
                    said = error.details() or error.code().name
                    raise TuningError(
                        f"the chief at {self.address} does not go on: {said}"
                    ) from None
            if self.is_over():
                raise Over(
                    f"the chief at {self.address} has gone, and the study has all its trials"
                )
            time.sleep(AGAIN)
