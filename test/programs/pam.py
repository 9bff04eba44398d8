"""Asks pam_google_authenticator whether it takes a code: pam.py CONFIG_FOLDER USER CODE; exit code 0 if it does."""

import ctypes
import ctypes.util
import sys

folder, user, code = sys.argv[1:]
pam = ctypes.CDLL(ctypes.util.find_library("pam"))
libc = ctypes.CDLL(None)
libc.strdup.restype = ctypes.c_void_p
libc.calloc.restype = ctypes.c_void_p


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]


CONVERSE = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p
)


class Conversation(ctypes.Structure):
    _fields_ = [("converse", CONVERSE), ("data", ctypes.c_void_p)]


@CONVERSE
def converse(count, _messages, responses, _data):
    # The module frees them.
    memory = libc.calloc(count, ctypes.sizeof(Response))
    responses[0] = ctypes.cast(memory, ctypes.POINTER(Response))
    for i in range(count):
        responses[0][i].text = libc.strdup(code.encode())
    return 0


handle = ctypes.c_void_p()
conversation = Conversation(converse, None)
started = pam.pam_start_confdir(
    b"lockstep", user.encode(), ctypes.byref(conversation), folder.encode(), ctypes.byref(handle)
)
if started != 0:
    sys.exit(3)
sys.exit(0 if pam.pam_authenticate(handle, 0) == 0 else 1)
