"""Tell the public: warnings from draft through signature to publication, update, cancellation, expiry.

Rests on the Emergency Response Law (突发事件应对法 第六十四条) and 水情预警发布管理办法; messages are CAP 1.2 and carry the identifier
of GB/T 35965.1. Interlocks: no outline, no signature; who drafted does not sign; the audience is counted first.
Not here: how a message travels (messages), what units must do (response).
"""
