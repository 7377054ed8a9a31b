// SPDX-License-Identifier: GPL-3.0-or-later
// Tells ThreadSanitizer what Qt orders. Debian's Qt is not instrumented: its locks are invisible, so whatever one
// thread hands to another through Qt would look like a race. Linked into every program of the preset `tsan`, where
// these definitions come before Qt's own; tests/tsan.supp has what is left. Written against Qt 6.4.
#include <QCoreApplication>
#include <QFutureInterface>
#include <QThread>

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

/// Qt's hooks for who wants to know of every signal (private/qobject_p.h).
struct QSignalSpyCallbackSet
{
    void (*signalBegins)(QObject*, int, void**);
    void (*slotBegins)(QObject*, int, void**);
    void (*signalEnds)(QObject*, int);
    void (*slotEnds)(QObject*, int);
};
Q_CORE_EXPORT void qt_register_signal_spy_callbacks(QSignalSpyCallbackSet* callbacks);

namespace {

/// What is told is before whatever is learnt after it: who learns it is known to Qt alone, so all share this place.
char toldPlace;

void release(void* place)
{
    __tsan_release(place);
}
void acquire(void* place)
{
    __tsan_acquire(place);
}

template <class Function> Function* qtsOwn(const char* mangledName)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, mangledName));
}

/// A call that is to be made in another thread: after it was asked for, and before who waits for it goes on.
class OrderedCall final : public QtPrivate::QSlotObjectBase
{
public:
    explicit OrderedCall(QSlotObjectBase* call) : QSlotObjectBase(&OrderedCall::act), m_call(call) { release(this); }

private:
    static void act(int what, QSlotObjectBase* self, QObject* receiver, void** arguments, bool*)
    {
        auto* const ordered = static_cast<OrderedCall*>(self);
        if (what == Call) {
            acquire(ordered);
            ordered->m_call->call(receiver, arguments);
            release(ordered);
        } else if (what == Destroy) {
            acquire(ordered);
            ordered->m_call->destroyIfLastRef();
            delete ordered;
        }
    }

    QSlotObjectBase* const m_call;
};

bool isDelivered(void** parameters)
{
    acquire(parameters[1]); // the event
    acquire(&toldPlace);
    return false; // Qt goes on with it
}

bool setHooks()
{
    static QSignalSpyCallbackSet callbacks{};
    callbacks.signalBegins = [](QObject*, int, void**) { release(&toldPlace); };
    qt_register_signal_spy_callbacks(&callbacks);
    return QInternal::registerCallback(QInternal::EventNotifyCallback, isDelivered);
}

} // namespace

/// The name by which the linker is told to take this file (CMakeLists.txt).
extern "C" const bool belfryTellsTsanOfQt = setHooks();

bool QMetaObject::invokeMethodImpl(QObject* receiver, QtPrivate::QSlotObjectBase* call, Qt::ConnectionType type,
                                   void* result)
{
    static const auto own = qtsOwn<bool(QObject*, QtPrivate::QSlotObjectBase*, Qt::ConnectionType, void*)>(
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
    auto* const ordered = new OrderedCall(call);
    const bool isMade = own(receiver, ordered, type, result);
    if (type == Qt::BlockingQueuedConnection)
        acquire(ordered); // the place, not the object, which is no more
    return isMade;
}

void QCoreApplication::postEvent(QObject* receiver, QEvent* event, int priority)
{
    static const auto own = qtsOwn<void(QObject*, QEvent*, int)>("_ZN16QCoreApplication9postEventEP7QObjectP6QEventi");
    release(event);
    own(receiver, event, priority);
}

void QObject::deleteLater()
{
    static const auto own = qtsOwn<void(QObject*)>("_ZN7QObject11deleteLaterEv");
    release(&toldPlace);
    own(this);
}

bool QThread::wait(QDeadlineTimer deadline)
{
    static const auto own = qtsOwn<bool(QThread*, QDeadlineTimer)>("_ZN7QThread4waitE14QDeadlineTimer");
    const bool isOver = own(this, deadline);
    acquire(&toldPlace); // by finished()
    return isOver;
}

void QFutureInterfaceBase::reportFinished()
{
    static const auto own = qtsOwn<void(QFutureInterfaceBase*)>("_ZN20QFutureInterfaceBase14reportFinishedEv");
    release(&toldPlace);
    own(this);
}

bool QFutureInterfaceBase::isFinished() const
{
    static const auto own = qtsOwn<bool(const QFutureInterfaceBase*)>("_ZNK20QFutureInterfaceBase10isFinishedEv");
    const bool isSo = own(this);
    acquire(&toldPlace);
    return isSo;
}

void QFutureInterfaceBase::waitForResult(int place)
{
    static const auto own = qtsOwn<void(QFutureInterfaceBase*, int)>("_ZN20QFutureInterfaceBase13waitForResultEi");
    own(this, place);
    acquire(&toldPlace);
}

/// Whoever is the last to let a result go destroys it, after what all others did with it.
bool QFutureInterfaceBase::derefT() const noexcept
{
    static const auto own = qtsOwn<bool(const QFutureInterfaceBase*)>("_ZNK20QFutureInterfaceBase6derefTEv");
    release(&toldPlace);
    const bool isStillHeld = own(this);
    acquire(&toldPlace);
    return isStillHeld;
}
