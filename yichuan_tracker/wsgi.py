import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuan_tracker.settings")
application = get_wsgi_application()
# A page makes some thousand objects and drops them without cycles; looking for cycles every 700 took a fifteenth of its time.
gc.set_threshold(50_000, 20, 50)
